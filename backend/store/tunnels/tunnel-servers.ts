import { desc, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type Selected, toRow } from "../fields.ts"
import { tunnelServers } from "../schema.ts"
import { seenLately } from "../workers/seen-lately.ts"

export const tunnelServerFields = {
  worker: tunnelServers.worker,
  state: tunnelServers.state,
  reason: tunnelServers.reason,
  host: tunnelServers.host,
  port: tunnelServers.port,
  proxyUrl: tunnelServers.proxyUrl,
  seenAt: tunnelServers.seenAt,
}

/** A worker's tunnel server, or why it has none. */
export type TunnelServer = Selected<typeof tunnelServerFields>

/** Records a worker's heartbeat, and the state of its tunnel server. */
export async function recordTunnelServer(db: Db, server: Omit<TunnelServer, "seenAt">): Promise<void> {
  const { worker: _, ...said } = server
  await db
    .insert(tunnelServers)
    .values(toRow(tunnelServers, tunnelServerFields, server))
    .onConflictDoUpdate({ target: tunnelServers.worker, set: { ...said, seenAt: sql`now()` } })
}

export async function deleteTunnelServer(db: Db, worker: string): Promise<void> {
  await db.delete(tunnelServers).where(eq(tunnelServers.worker, worker))
}

/** Tunnel servers of the workers that are there, the latest heartbeat first. */
export async function listTunnelServers(db: Db): Promise<TunnelServer[]> {
  return db.select(tunnelServerFields).from(tunnelServers).where(seenLately(tunnelServers.seenAt)).orderBy(desc(tunnelServers.seenAt))
}

export async function findTunnelServer(db: Db, worker: string): Promise<TunnelServer | undefined> {
  return (await db.select(tunnelServerFields).from(tunnelServers).where(eq(tunnelServers.worker, worker)))[0]
}
