import { and, asc, count, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type ChangesOf, type NewOf, type Selected, toRow } from "../fields.ts"
import { notificationChannels, outbox, outboxTries } from "../schema.ts"

const channelFields = {
  id: notificationChannels.id,
  userId: notificationChannels.userId,
  kind: notificationChannels.kind,
  name: notificationChannels.name,
  shownAddress: notificationChannels.shownAddress,
  sealed: notificationChannels.sealed,
  state: notificationChannels.state,
  stateReason: notificationChannels.stateReason,
  createdAt: notificationChannels.createdAt,
}

/** A way to reach a person, its address encrypted. */
export type ChannelRecord = Selected<typeof channelFields>

export interface ListedChannel extends ChannelRecord {
  last: { state: "waiting" | "delivered" | "given_up"; at: Date; error: string | null } | null
}

/** A person's channels, oldest first, each with what came of its newest message: their number is limited where they are added. */
export async function listChannels(db: Db, userId: string): Promise<ListedChannel[]> {
  const last = db
    .select({ state: outbox.state, createdAt: outbox.createdAt, error: outboxTries.error })
    .from(outbox)
    .leftJoin(outboxTries, and(eq(outboxTries.messageId, outbox.id), eq(outboxTries.number, outbox.tries)))
    .where(eq(outbox.channelId, notificationChannels.id))
    .orderBy(sql`${outbox.createdAt} desc nulls first`, sql`${outbox.id} desc nulls first`)
    .limit(1)
    .as("last")
  const rows = await db
    .select({ ...channelFields, lastState: last.state, lastAt: last.createdAt, lastError: last.error })
    .from(notificationChannels)
    .leftJoinLateral(last, sql`true`)
    .where(eq(notificationChannels.userId, userId))
    .orderBy(asc(notificationChannels.createdAt), asc(notificationChannels.id))
  return rows.map(({ lastState, lastAt, lastError, ...row }) => ({
    ...row,
    last: lastState && lastAt ? { state: lastState, at: lastAt, error: lastError } : null,
  }))
}

export const findChannel = async (db: Db, userId: string, id: string): Promise<ChannelRecord | undefined> =>
  (
    await db
      .select(channelFields)
      .from(notificationChannels)
      .where(and(eq(notificationChannels.id, id), eq(notificationChannels.userId, userId)))
  )[0]

/** The channel of a message that is being sent. */
export const findChannelRow = async (db: Db, id: string): Promise<ChannelRecord | undefined> =>
  (await db.select(channelFields).from(notificationChannels).where(eq(notificationChannels.id, id)))[0]

/** Lets one request of a person at a time add channels or rules, until the transaction ends. */
export async function lockNotifications(tx: Db, userId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('notifications'), hashtext(${userId}))`)
}

export async function countChannels(db: Db, userId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(notificationChannels).where(eq(notificationChannels.userId, userId))
  return row?.count ?? 0
}

export async function insertChannel(db: Db, values: NewOf<typeof channelFields>): Promise<ChannelRecord> {
  const [row] = await db
    .insert(notificationChannels)
    .values(toRow(notificationChannels, channelFields, values))
    .returning(channelFields)
  return row as ChannelRecord
}

export async function updateChannel(db: Db, id: string, values: ChangesOf<typeof channelFields>): Promise<ChannelRecord | undefined> {
  const [row] = await db
    .update(notificationChannels)
    .set(toRow(notificationChannels, channelFields, values))
    .where(eq(notificationChannels.id, id))
    .returning(channelFields)
  return row
}

export async function deleteChannel(db: Db, id: string): Promise<void> {
  await db.delete(notificationChannels).where(eq(notificationChannels.id, id))
}
