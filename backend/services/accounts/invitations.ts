import {
  type AcceptInvitationRequest,
  type AcceptInvitationResponse,
  type CreateInvitationRequest,
  type Invitation,
  type ListInvitationsQuery,
  limits,
  type NewInvitation,
  type OpenInvitation,
} from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newId, newToken } from "../../base/ids.ts"
import { invitationCause, invitationUrl, writeInvitation } from "../../outbox/letters.ts"
import {
  countWaiting,
  deleteInvitation,
  findInvitation,
  findWaiting,
  insertInvitation,
  listInvitations as listRows,
  type NamedInvitation,
} from "../../store/accounts/invitations.ts"
import { putPassword } from "../../store/accounts/passwords.ts"
import type { Db } from "../../store/db.ts"
import { findLetters } from "../../store/outbox/letters.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser, type Services } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"
import { admitLinkMail } from "./attempts.ts"
import { findOpenInvitation, join, mayInvite, newPerson, takeOpenInvitation } from "./join.ts"
import { hashNewPassword } from "./password-hash.ts"
import { requireAdmin } from "./people.ts"
import { beginSession } from "./sessions.ts"

const dayMs = 86_400_000

const gone = () =>
  new ServiceError("not_found", "This invitation opens nothing: it was used or revoked, has expired or was not copied whole")

const toInvitation = ({ invitation, teamName, inviter }: NamedInvitation): Omit<Invitation, "mail"> => ({
  id: invitation.id,
  email: invitation.email,
  team_id: invitation.teamId,
  team_name: teamName,
  role: invitation.role,
  invited_by: inviter,
  created_at: invitation.createdAt.toISOString(),
  expires_at: invitation.expiresAt.toISOString(),
  used_at: invitation.usedAt?.toISOString() ?? null,
})

/** The same with how far their mails are. */
async function withMails(db: Db, rows: readonly NamedInvitation[]): Promise<Invitation[]> {
  const mails = await findLetters(
    db,
    rows.map(({ invitation }) => invitationCause(invitation.id)),
  )
  return rows.map((row) => ({ ...toInvitation(row), mail: mails.get(invitationCause(row.invitation.id)) ?? null }))
}

/** The caller's id. @throws ServiceError for whoever may not invite to the team, or without one to the platform */
async function requireInviter(ctx: Context, teamId: string | null): Promise<string> {
  if (teamId === null) return requireAdmin(ctx)
  const userId = requireUser(ctx)
  if (!(await mayInvite(ctx.db, userId, requireTeam(ctx, teamId))))
    throw new ServiceError("forbidden", "Only owners of a team invite people to it")
  return userId
}

/** Makes a link for one person, and mails it to them where the platform sends mails. The link is in this answer only. */
export async function createInvitation(ctx: Context, { email, team_id, role }: CreateInvitationRequest): Promise<NewInvitation> {
  const teamId = team_id ?? null
  const userId = await requireInviter(ctx, teamId)
  if ((await countWaiting(ctx.db, userId)) >= limits.invitationsMax)
    throw new ServiceError("conflict", `You have ${limits.invitationsMax} invitations that wait: revoke one that is not needed any more`)
  const token = newToken("")
  const id = newId()
  const { mail, publicUrl, secretKey } = ctx.config
  if (mail) await admitLinkMail(ctx, email)
  await ctx.db.transaction(async (tx) => {
    await insertInvitation(tx, {
      id,
      tokenHash: hashToken(token),
      email,
      teamId,
      role: teamId === null ? null : role,
      invitedBy: userId,
      expiresAt: new Date(Date.now() + limits.invitationDays * dayMs),
    })
    if (mail) await writeInvitation(tx, secretKey, id, { address: email, token })
    await record(ctx, tx, { action: "invitation.create", target: { kind: "invitation", id, name: email }, teamId })
  })
  const stored = await findWaiting(ctx.db, hashToken(token))
  const [made] = stored ? await withMails(ctx.db, [stored]) : []
  if (!made) throw new Error("The invitation that was stored is gone")
  return { ...made, url: invitationUrl(publicUrl, token) }
}

/** Invitations to a team for its admins, or all for admins of the platform. */
export async function listInvitations(
  ctx: Context,
  { team_id, ...page }: ListInvitationsQuery,
): Promise<{ data: Invitation[]; total_count: number }> {
  await requireInviter(ctx, team_id ?? null)
  const { rows, total } = await listRows(ctx.db, team_id ?? null, page)
  return { data: await withMails(ctx.db, rows), total_count: total }
}

/** Ends an invitation that was not used: for admins of its team, and of the platform. */
export async function revokeInvitation(ctx: Context, id: string): Promise<void> {
  const userId = requireUser(ctx)
  const invitation = await findInvitation(ctx.db, id)
  if (!invitation || !(await mayInvite(ctx.db, userId, invitation.teamId))) await requireAdmin(ctx)
  await ctx.db.transaction(async (tx) => {
    if (!invitation || !(await deleteInvitation(tx, id))) throw notFound("invitation", id)
    const { email, teamId } = invitation
    await record(ctx, tx, { action: "invitation.revoke", target: { kind: "invitation", id, name: email }, teamId })
  })
}

/** What a link invites to. @throws ServiceError not_found for one that was used or revoked, has expired or never was */
export async function openInvitation({ db }: Services, token: string): Promise<OpenInvitation> {
  const found = await findOpenInvitation(db, token)
  if (!found) throw gone()
  const { email, team_name, role, invited_by, expires_at } = toInvitation(found)
  return { email, team_name, role, invited_by, expires_at }
}

/**
 * Uses an invitation up: whoever is signed in joins its team with their own account, anybody else makes one.
 * @throws ServiceError not_found as `openInvitation`, and conflict for an address that has an account
 */
export async function acceptInvitation(ctx: Context, request: AcceptInvitationRequest): Promise<AcceptInvitationResponse> {
  const waiting = await findOpenInvitation(ctx.db, request.token)
  if (!waiting) throw gone()
  const take = async (tx: Context["db"]) => {
    const taken = await takeOpenInvitation(tx, request.token)
    if (!taken) throw gone()
    return taken
  }
  if (ctx.caller.kind !== "nobody") {
    const userId = requireUser(ctx)
    if (waiting.invitation.teamId === null)
      throw new ServiceError("conflict", "You have an account already: this invitation makes a new one")
    await ctx.db.transaction(async (tx) => join(tx, await take(tx), userId))
    return { session: null }
  }
  const { name, password, browser } = request
  if (name === undefined) throw invalid(["name"], "is needed for a new account")
  if (password === undefined) throw invalid(["password"], "is needed for a new account")
  const hash = await hashNewPassword(password, waiting.invitation.email)
  return ctx.db.transaction(async (tx) => {
    const invitation = await take(tx)
    const person = await newPerson(tx, name, invitation.email)
    if (!person)
      throw new ServiceError("conflict", `${invitation.email} has an account already: sign in with it, then open this link again`)
    await putPassword(tx, person.id, hash)
    await join(tx, invitation, person.id)
    return { session: await beginSession(tx, person.id, "password", { address: ctx.address, browser }) }
  })
}
