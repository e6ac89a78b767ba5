import { type CreateSecretRequest, limits, type PageQuery, type Secret, type UpdateSecretRequest } from "../../../contract/index.ts"
import { encrypt, secretContext } from "../../base/crypto.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import type { SecretRecord } from "../../store/secrets/secret.ts"
import {
  deleteSecret as deleteRow,
  findSecret,
  insertSecret,
  listSecrets as listRows,
  updateSecret as updateRow,
} from "../../store/secrets/secrets.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { requireMay } from "../identity/may.ts"
import { requireTeam } from "../identity/teams.ts"
import { secretChanges } from "./changes.ts"

/** Whose secrets are meant: the caller's own, or those of a team. Both field names are Prime's. */
interface Scope {
  teamId?: string | null | undefined
}

/** A secret in the shape of the contract, which leaves out its value. */
const toSecret = (row: SecretRecord): Secret => ({
  id: row.id,
  name: row.name,
  description: row.description,
  isFile: row.isFile,
  userId: row.teamId ? null : row.userId,
  teamId: row.teamId,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

const nameTaken = (name: string) => new ServiceError("conflict", `There is a secret ${name} already: update it, or choose another name`)

export async function listSecrets(ctx: Context, query: PageQuery & Scope): Promise<{ data: Secret[]; total_count: number }> {
  const userId = requireUser(ctx)
  const teamId = query.teamId ? requireTeam(ctx, query.teamId) : null
  const { rows, total } = await listRows(ctx.db, { userId, teamId }, query)
  return { data: rows.map(toSecret), total_count: total }
}

/** A global secret that the caller may use. @throws ServiceError when there is none, or when it is not the named team's */
export async function requireSecret(ctx: Context, id: string, scope: Scope = {}): Promise<SecretRecord> {
  requireUser(ctx)
  const teamId = scope.teamId ? requireTeam(ctx, scope.teamId) : null
  const row = await findSecret(ctx.db, ctx.viewer, id)
  if (!row || (teamId && row.teamId !== teamId)) throw notFound("secret", id)
  requireMay(ctx, row)
  return row
}

export const getSecret = async (ctx: Context, id: string, scope: Scope): Promise<Secret> => toSecret(await requireSecret(ctx, id, scope))

/** Stores a secret for the caller or a team. @throws ServiceError when there is one of that name */
export async function createSecret(ctx: Context, input: CreateSecretRequest): Promise<Secret> {
  const userId = requireUser(ctx)
  const teamId = input.teamId ? requireTeam(ctx, input.teamId) : null
  if (input.isFile) checkFile(input.value)
  const id = newId()
  const row = await insertSecret(ctx.db, {
    id,
    userId,
    teamId,
    name: input.name,
    description: input.description ?? null,
    isFile: input.isFile,
    sealed: encrypt(ctx.config.secretKey, input.value, secretContext(id)),
  })
  if (!row) throw nameTaken(input.name)
  await recordSecret(ctx, "secret.create", row)
  return toSecret(row)
}

/** Changes what is given. Runs that begin from now on get the new value; those under way keep the old one. */
export async function updateSecret(ctx: Context, id: string, scope: Scope, input: UpdateSecretRequest): Promise<Secret> {
  const { isFile } = await requireSecret(ctx, id, scope)
  if (isFile && input.value) checkFile(input.value)
  const row = await updateRow(ctx.db, id, secretChanges(ctx, input, secretContext(id)))
  if (row) {
    await recordSecret(ctx, "secret.update", row)
    return toSecret(row)
  }
  // Refused for its name, or gone in the meantime.
  await requireSecret(ctx, id, scope)
  throw nameTaken(input.name ?? "")
}

/** Deletes a secret; environments that it is linked to lose it. @returns what it was */
export async function deleteSecret(ctx: Context, id: string, scope: Scope): Promise<Secret> {
  const row = await requireSecret(ctx, id, scope)
  await ctx.db.transaction(async (tx) => {
    await deleteRow(tx, id)
    await recordSecret({ ...ctx, db: tx }, "secret.delete", row)
  })
  return toSecret(row)
}

const recordSecret = (ctx: Context, action: "secret.create" | "secret.update" | "secret.delete", { id, name, teamId }: SecretRecord) =>
  record(ctx, ctx.db, { action, target: { kind: "secret", id, name }, teamId })

function checkFile(value: string): void {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value.replace(/\s/g, "")))
    throw invalid(["value"], `a file's value is its content in base64, at most ${limits.secretValueBytesMax / 1024} KB of it`)
}
