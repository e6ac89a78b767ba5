import { and, arrayContains, asc, count, desc, eq, gt, inArray, isNull, type SQL, sql } from "drizzle-orm"
import type { ListTunnelsQuery, TunnelStatus } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { toRow } from "../fields.ts"
import { tunnels } from "../schema.ts"
import { type NewTunnel, type TunnelRecord, tunnelFields } from "./tunnel.ts"

const isActive = and(isNull(tunnels.terminatedAt), gt(tunnels.expiresAt, sql`now()`))

/** `tunnelStatus` as Postgres sees it. */
const statusNow = sql<TunnelStatus>`case
  when ${tunnels.terminatedAt} is not null then 'terminated'
  when ${tunnels.expiresAt} <= now() then 'expired'
  when ${tunnels.connection} is not null then 'connected'
  when ${tunnels.connectedAt} is not null then 'disconnected'
  else 'pending' end`

/**
 * Stores a tunnel unless its user has as many as one may have.
 * @returns undefined when there are too many
 */
export async function insertTunnel(db: Db, values: NewTunnel, max: number): Promise<TunnelRecord | undefined> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('tunnels'), hashtext(${values.userId}))`)
    const [there] = await tx
      .select({ count: count() })
      .from(tunnels)
      .where(and(eq(tunnels.userId, values.userId), isActive))
    if ((there?.count ?? 0) >= max) return undefined
    const [row] = await tx
      .insert(tunnels)
      .values(toRow(tunnels, tunnelFields, values))
      .returning(tunnelFields)
    return row
  })
}

export async function findTunnel(db: Db, id: string): Promise<TunnelRecord | undefined> {
  return (await db.select(tunnelFields).from(tunnels).where(eq(tunnels.id, id)))[0]
}

export interface TunnelFilter {
  userId?: string | undefined
  teamId?: string | undefined
  evaluationId?: string | undefined
  labels?: string[]
  /** Left out: those that have not ended. */
  status?: TunnelStatus | undefined
}

function conditions(filter: TunnelFilter): SQL | undefined {
  const status = filter.status ? sql`${statusNow} = ${filter.status}` : isActive
  return and(
    filter.userId ? eq(tunnels.userId, filter.userId) : undefined,
    filter.teamId ? eq(tunnels.teamId, filter.teamId) : undefined,
    filter.evaluationId ? eq(tunnels.evaluationId, filter.evaluationId) : undefined,
    filter.labels?.length ? arrayContains(tunnels.labels, filter.labels) : undefined,
    status,
  )
}

const sortKeys = {
  createdAt: tunnels.createdAt,
  status: statusNow,
  name: tunnels.name,
  expiresAt: tunnels.expiresAt,
  connectedAt: tunnels.connectedAt,
} as const

export interface TunnelPage {
  offset: number
  limit: number
  sortBy?: ListTunnelsQuery["sortBy"]
  sortOrder?: ListTunnelsQuery["sortOrder"]
}

/** Tunnels that fit, newest first unless the page says otherwise. */
export async function listTunnels(
  db: Db,
  filter: TunnelFilter,
  { offset, limit, sortBy = "createdAt", sortOrder = "desc" }: TunnelPage,
): Promise<{ rows: TunnelRecord[]; total: number }> {
  const where = conditions(filter)
  const order = sortOrder === "asc" ? asc : desc
  const rows = await db
    .select(tunnelFields)
    .from(tunnels)
    .where(where)
    .orderBy(order(sortKeys[sortBy]), order(tunnels.id))
    .limit(limit)
    .offset(offset)
  const [total] = await db.select({ count: count() }).from(tunnels).where(where)
  return { rows, total: total?.count ?? 0 }
}

const end = async (db: Db, where: SQL | undefined): Promise<string[]> => {
  const ended = await db
    .update(tunnels)
    .set({ terminatedAt: sql`now()`, connection: null })
    .where(and(where, isActive))
    .returning({ id: tunnels.id })
  return ended.map(({ id }) => id)
}

/** Ends tunnels unless they have ended already. @returns the ids of those it ended */
export const endTunnels = async (db: Db, ids: string[]): Promise<string[]> => (ids.length === 0 ? [] : end(db, inArray(tunnels.id, ids)))

/** Ends the tunnels that a run left open. */
export async function endRunTunnels(db: Db, evaluationId: string): Promise<void> {
  await end(db, eq(tunnels.evaluationId, evaluationId))
}

/** Records that a client holds the tunnel open at this worker's server. @param connection frps' own name of it */
export async function connectTunnel(db: Db, id: string, worker: string, connection: string): Promise<void> {
  await db
    .update(tunnels)
    .set({ worker, connection, connectedAt: sql`now()` })
    .where(and(eq(tunnels.id, id), isActive))
}

/** Records that a client is gone, unless another connection has taken its place. */
export async function disconnectTunnel(db: Db, id: string, connection: string): Promise<void> {
  await db
    .update(tunnels)
    .set({ connection: null })
    .where(and(eq(tunnels.id, id), eq(tunnels.connection, connection)))
}

/** Records that a worker's server is gone, and every client's connection with it. */
export async function disconnectTunnelsOf(db: Db, worker: string): Promise<void> {
  await db
    .update(tunnels)
    .set({ connection: null })
    .where(and(eq(tunnels.worker, worker), sql`${tunnels.connection} is not null`))
}

/** Those of the tunnels that have ended. */
export async function listEndedTunnels(db: Db, ids: string[]): Promise<string[]> {
  const active = await db
    .select({ id: tunnels.id })
    .from(tunnels)
    .where(and(inArray(tunnels.id, ids), isActive))
  const there = new Set(active.map(({ id }) => id))
  return ids.filter((id) => !there.has(id))
}
