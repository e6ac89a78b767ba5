import type { PageQuery, Person, UpdatePersonRequest } from "../../../contract/index.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { findPassword } from "../../store/accounts/passwords.ts"
import { listPeople as listRows, setStanding } from "../../store/accounts/people.ts"
import { deleteSessions } from "../../store/accounts/sessions.ts"
import { findUser, type UserRecord } from "../../store/identity/users.ts"
import { signal } from "../../store/signals.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"

/** The caller's id. @throws ServiceError for whoever is no admin of the platform */
export async function requireAdmin(ctx: Context): Promise<string> {
  const userId = requireUser(ctx)
  if ((await findUser(ctx.db, userId))?.role !== "ADMIN") throw new ServiceError("forbidden", "This is for admins of the platform")
  return userId
}

const toPerson = (user: UserRecord, hasPassword: boolean): Person => ({
  id: user.id,
  name: user.name,
  email: user.email,
  slug: user.slug,
  is_admin: user.role === "ADMIN",
  is_operator: user.isOperator,
  is_on: user.switchedOffAt === null,
  has_password: hasPassword,
  created_at: user.createdAt.toISOString(),
})

/** Everybody with an account. */
export async function listPeople(ctx: Context, page: PageQuery): Promise<{ data: Person[]; total_count: number }> {
  await requireAdmin(ctx)
  const { rows, total } = await listRows(ctx.db, page)
  return { data: rows.map(({ user, hasPassword }) => toPerson(user, hasPassword)), total_count: total }
}

/**
 * Changes what a person is on the platform. Switched off, their sessions end and their keys are refused from now on; what they made and
 * their runs that go on stay.
 * @throws ServiceError for the caller's own account and the operator's: nobody locks everybody out
 */
export async function changePerson(ctx: Context, userId: string, { is_admin, is_on }: UpdatePersonRequest): Promise<Person> {
  const adminId = await requireAdmin(ctx)
  const person = await findUser(ctx.db, userId)
  if (!person) throw notFound("person", userId)
  if (userId === adminId) throw new ServiceError("conflict", "This is your own account: another admin changes it")
  if (person.isOperator) throw new ServiceError("conflict", "The operator of the platform stays its admin")
  await ctx.db.transaction(async (tx) => {
    await setStanding(tx, userId, {
      ...(is_admin === undefined ? {} : { role: is_admin ? "ADMIN" : "USER" }),
      ...(is_on === undefined ? {} : { switchedOffAt: is_on ? null : (person.switchedOffAt ?? new Date()) }),
    })
    if (is_on === false) await deleteSessions(tx, userId, null)
    await signal(tx, "access", userId)
    const details = { ...(is_admin === undefined ? {} : { is_admin }), ...(is_on === undefined ? {} : { is_on }) }
    await record(ctx, tx, { action: "person.update", target: { kind: "user", id: userId, name: person.name }, details })
  })
  const hasPassword = (await findPassword(ctx.db, userId)) !== undefined
  return toPerson((await findUser(ctx.db, userId)) as UserRecord, hasPassword)
}
