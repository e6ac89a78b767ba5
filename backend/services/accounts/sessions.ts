import { limits, type NewSession, type PageQuery, type SessionMethod, type UserSession } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { notFound } from "../../base/errors.ts"
import { newId, newToken } from "../../base/ids.ts"
import {
  deleteSession,
  deleteSessions,
  findSession,
  insertSession,
  listSessions as listRows,
  noteSessionUsed,
} from "../../store/accounts/sessions.ts"
import type { Db } from "../../store/db.ts"
import { findUser } from "../../store/identity/users.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser, type Services } from "../context.ts"
import { switchedOff } from "./switched-off.ts"

/** Prefix of the tokens that browsers' sessions hold. */
export const sessionTokenPrefix = "hes_"

const dayMs = 86_400_000
const usedEveryMs = 5 * 60_000

/** Where a session is begun: an address, and what the list of sessions calls the browser. */
export interface Place {
  address: string | null
  browser: string
}

/** Signs a person in, by a new session. Its token is not kept. @throws ServiceError for somebody who was switched off */
export async function beginSession(db: Db, userId: string, method: SessionMethod, { address, browser }: Place): Promise<NewSession> {
  const user = await findUser(db, userId)
  if (user?.switchedOffAt) throw switchedOff()
  const token = newToken(sessionTokenPrefix)
  const expiresAt = new Date(Date.now() + limits.sessionDays * dayMs)
  await insertSession(db, { id: newId(), userId, tokenHash: hashToken(token), method, browser, address, expiresAt })
  const target = { kind: "user", id: userId, name: user?.name }
  await record({ caller: { kind: "user", userId } }, db, { action: "sign_in.create", target, details: { method, browser } })
  return { token, expires_at: expiresAt.toISOString() }
}

/** The session of a token with its user's roles, which counts as used; undefined when it has ended. */
export async function sessionOf({ config, db }: Services, token: string): ReturnType<typeof findSession> {
  const session = await findSession(db, hashToken(token), config.sessionIdleHours)
  if (session && Date.now() - session.lastUsedAt.getTime() > usedEveryMs) await noteSessionUsed(db, session.id)
  return session
}

/** The session that a request is made with; null for one with an API key. */
export const currentSessionOf = ({ caller }: Context) => (caller.kind === "user" ? (caller.session ?? null) : null)

export async function listSessions(ctx: Context, page: PageQuery): Promise<{ data: UserSession[]; total_count: number }> {
  const { rows, total } = await listRows(ctx.db, requireUser(ctx), page, ctx.config.sessionIdleHours)
  const data = rows.map((row) => ({
    id: row.id,
    current: row.id === currentSessionOf(ctx)?.id,
    method: row.method,
    browser: row.browser,
    address: row.address,
    created_at: row.createdAt.toISOString(),
    last_used_at: row.lastUsedAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
  }))
  return { data, total_count: total }
}

/** Ends one of the caller's sessions; requests with it are refused from now on. */
export async function endSession(ctx: Context, id: string): Promise<number> {
  const ended = await deleteSession(ctx.db, requireUser(ctx), id)
  if (ended === 0) throw notFound("session", id)
  return ended
}

/** Ends all of the caller's sessions but the one that this request is made with. */
export const endOtherSessions = (ctx: Context): Promise<number> =>
  deleteSessions(ctx.db, requireUser(ctx), currentSessionOf(ctx)?.id ?? null)

/** Ends the session that this request is made with, where it is made with one. */
export async function signOut(ctx: Context): Promise<number> {
  const userId = requireUser(ctx)
  const session = currentSessionOf(ctx)
  return session ? deleteSession(ctx.db, userId, session.id) : 0
}
