import { createHash } from "node:crypto"
import { and, asc, desc, eq, gt, lt, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type Selected, toRow } from "../fields.ts"
import { auditHead, auditLog } from "../schema.ts"

const auditFields = {
  seq: auditLog.seq,
  at: auditLog.at,
  actorId: auditLog.actorId,
  actorName: auditLog.actorName,
  action: auditLog.action,
  teamId: auditLog.teamId,
  targetKind: auditLog.targetKind,
  targetId: auditLog.targetId,
  targetName: auditLog.targetName,
  details: auditLog.details,
  previous: auditLog.previous,
  hash: auditLog.hash,
}

export type AuditRecord = Selected<typeof auditFields>
export type NewAudit = Omit<AuditRecord, "seq" | "at" | "previous" | "hash">

/** What the first entry follows. */
export const beginning = "0".repeat(64)

/** The hash of an entry: of all that it says, and of the entry before it. */
export const hashOfEntry = (row: Omit<AuditRecord, "hash">): string =>
  createHash("sha256")
    .update(
      JSON.stringify([
        row.seq,
        row.at.toISOString(),
        row.actorId,
        row.actorName,
        row.action,
        row.teamId,
        row.targetKind,
        row.targetId,
        row.targetName,
        row.details,
        row.previous,
      ]),
    )
    .digest("hex")

/**
 * Adds an entry at the end. In a transaction it has to be the last statement that waits for a lock: from here to the end of the transaction
 * nobody else adds one.
 */
export async function appendAudit(db: Db, entry: NewAudit): Promise<AuditRecord> {
  return db.transaction(async (tx) => {
    await tx.insert(auditHead).values({ id: 1, seq: 0, hash: beginning }).onConflictDoNothing()
    const [head] = await tx
      .select({ seq: auditHead.seq, hash: auditHead.hash, at: sql<string>`clock_timestamp()` })
      .from(auditHead)
      .where(eq(auditHead.id, 1))
      .for("update")
    if (!head) throw new Error("The audit log has no end")
    const row = { ...entry, seq: head.seq + 1, at: new Date(head.at), previous: head.hash }
    const full = { ...row, hash: hashOfEntry(row) }
    await tx.insert(auditLog).values(toRow(auditLog, auditFields, full))
    await tx.update(auditHead).set({ seq: full.seq, hash: full.hash }).where(eq(auditHead.id, 1))
    return full
  })
}

export interface AuditFilter {
  actorId: string | null
  action: string | null
  before: number | null
}

/** Entries, newest first. */
export const listAudit = (db: Db, { actorId, action, before }: AuditFilter, limit: number): Promise<AuditRecord[]> =>
  db
    .select(auditFields)
    .from(auditLog)
    .where(
      and(
        actorId === null ? undefined : eq(auditLog.actorId, actorId),
        action === null ? undefined : eq(auditLog.action, action),
        before === null ? undefined : lt(auditLog.seq, before),
      ),
    )
    .orderBy(desc(auditLog.seq))
    .limit(limit)

/** Entries from the first one on, as they were appended. */
export const readAudit = (db: Db, after: number, limit: number): Promise<AuditRecord[]> =>
  db.select(auditFields).from(auditLog).where(gt(auditLog.seq, after)).orderBy(asc(auditLog.seq)).limit(limit)

/** Where the log says that it ends. */
export async function readAuditHead(db: Db): Promise<{ seq: number; hash: string }> {
  const [head] = await db.select({ seq: auditHead.seq, hash: auditHead.hash }).from(auditHead).where(eq(auditHead.id, 1))
  return head ?? { seq: 0, hash: beginning }
}

/** Those who did something, with what they were last called: each is found by a step through the index, not by reading the log. */
export async function listActors(db: Db, limit: number): Promise<{ id: string; name: string }[]> {
  const { rows } = await db.execute<{ id: string; name: string }>(sql`
    with recursive actors as (
      (select actor_id, 1 as n from ${auditLog} order by actor_id limit 1)
      union all
      select next.actor_id, n + 1 from actors, lateral (
        select actor_id from ${auditLog} where actor_id > actors.actor_id order by actor_id limit 1
      ) next where n < ${limit}
    )
    select actor_id as id, last.actor_name as name from actors, lateral (
      select actor_name from ${auditLog} log where log.actor_id = actors.actor_id order by seq desc limit 1
    ) last order by name, id`)
  return rows
}
