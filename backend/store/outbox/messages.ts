import { and, desc, eq, inArray, lt, sql } from "drizzle-orm"
import type { MessageType } from "../../../contract/index.ts"
import { groupBy } from "../../base/group-by.ts"
import { newId } from "../../base/ids.ts"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { outbox, outboxTries } from "../schema.ts"
import { signal } from "../signals.ts"

const messageFields = {
  id: outbox.id,
  cause: outbox.cause,
  channelId: outbox.channelId,
  sealedLetter: outbox.sealedLetter,
  type: outbox.type,
  evaluationId: outbox.evaluationId,
  data: outbox.data,
  state: outbox.state,
  tries: outbox.tries,
  round: outbox.round,
  dueAt: outbox.dueAt,
  createdAt: outbox.createdAt,
}

/** A message to one channel of a person, or a letter. */
export type MessageRecord = Selected<typeof messageFields>
/** One to a channel: what is listed, and what a channel sends. */
export type ChannelMessage = Omit<MessageRecord, "channelId" | "type"> & { channelId: string; type: MessageType }
export type NewMessage = Omit<NewOf<typeof messageFields>, "id" | "channelId" | "sealedLetter">

/** Whether a message goes to a channel. Otherwise it is a letter. */
export const isForChannel = (message: MessageRecord | ChannelMessage): message is ChannelMessage => message.channelId !== null

/**
 * Queues a message for some channels, in the transaction of its cause. A channel that was told of this cause before is left out.
 * @returns the ids of what was queued
 */
export async function queueMessages(tx: Db, message: NewMessage, channelIds: readonly string[]): Promise<string[]> {
  if (channelIds.length === 0) return []
  const rows = channelIds.map((channelId) => toRow(outbox, messageFields, { ...message, id: `msg_${newId()}`, channelId }))
  const queued = await tx.insert(outbox).values(rows).onConflictDoNothing().returning({ id: outbox.id })
  if (queued.length > 0) await signal(tx, "outbox")
  return queued.map(({ id }) => id)
}

/** How long a message belongs to the process that sends it, beyond which another one does. */
const leaseSeconds = 60
const leaseEnd = sql`now() + make_interval(secs => ${leaseSeconds})`
/** A channel that does not answer must not hold up the others. */
const perChannelMax = 2

/** Rounded as `due_at` is stored: a message that is due at once may otherwise be up to half a millisecond ahead. */
const thisMoment = sql`now()::timestamptz(3)`

/** Claims the message that has been due for longest. A try counts from here on, so that one which ends its process counts as well. */
export async function claimMessage(db: Db, owner: string): Promise<MessageRecord | undefined> {
  const busy = sql`select channel_id from ${outbox} where lease_until > now() and channel_id is not null group by channel_id having count(*) >= ${perChannelMax}`
  const due = sql`(
    select id from ${outbox}
    where state = 'waiting' and due_at <= ${thisMoment} and (lease_until is null or lease_until < now())
      and (channel_id is null or channel_id not in (${busy}))
    order by due_at, id limit 1 for update skip locked)`
  const [row] = await db
    .update(outbox)
    .set({ leaseOwner: owner, leaseUntil: leaseEnd, tries: sql`${outbox.tries} + 1`, round: sql`${outbox.round} + 1` })
    .where(sql`${outbox.id} = ${due}`)
    .returning(messageFields)
  return row
}

/** Renews the leases of messages that are being sent. @returns those that are still this process's */
export async function renewMessages(db: Db, owner: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db
    .update(outbox)
    .set({ leaseUntil: leaseEnd })
    .where(and(inArray(outbox.id, [...ids]), eq(outbox.leaseOwner, owner)))
    .returning({ id: outbox.id })
  return rows.map(({ id }) => id)
}

export interface TryResult {
  tookMs: number
  status: number | null
  error: string | null
  answer: string | null
}

/** What becomes of a message after a try: it has arrived, is tried again after so many seconds, or was tried often enough. */
export type AfterTry = { state: "delivered" } | { state: "waiting"; seconds: number } | { state: "given_up" }

/** Keeps what came of a try and gives the message back, unless it is another process's by now. */
export async function settleTry(db: Db, message: MessageRecord, owner: string, result: TryResult, after: AfterTry): Promise<void> {
  await db.transaction(async (tx) => {
    const settled = await tx
      .update(outbox)
      .set({
        state: after.state,
        leaseOwner: null,
        leaseUntil: null,
        ...(after.state === "waiting" ? {} : { sealedLetter: null }),
        ...(after.state === "waiting" ? { dueAt: sql`now() + make_interval(secs => ${after.seconds})` } : {}),
      })
      .where(and(eq(outbox.id, message.id), eq(outbox.leaseOwner, owner), eq(outbox.tries, message.tries)))
      .returning({ id: outbox.id })
    if (settled.length === 0) return
    await tx.insert(outboxTries).values({ messageId: message.id, number: message.tries, ...result })
  })
}

/** Gives back a message whose sending was broken off: that was no try, and it is due at once. */
export async function releaseMessage(db: Db, { id, tries }: MessageRecord, owner: string): Promise<void> {
  await db
    .update(outbox)
    .set({ leaseOwner: null, leaseUntil: null, tries: sql`${outbox.tries} - 1`, round: sql`${outbox.round} - 1` })
    .where(and(eq(outbox.id, id), eq(outbox.leaseOwner, owner), eq(outbox.tries, tries)))
}

/** Changes what a message says that is not sent yet. */
export async function rewriteMessage(db: Db, id: string, values: Pick<MessageRecord, "data">): Promise<void> {
  await db
    .update(outbox)
    .set(toRow(outbox, messageFields, values))
    .where(eq(outbox.id, id))
}

/** Takes a message back of which it turned out that there is nothing to tell. */
export async function deleteMessage(db: Db, id: string): Promise<void> {
  await db.delete(outbox).where(eq(outbox.id, id))
}

/** Makes a message due at once, with all of its tries before it. @returns whether the channel has it */
export async function sendMessageAgain(db: Db, channelId: string, id: string): Promise<boolean> {
  const again = await db
    .update(outbox)
    .set({ state: "waiting", round: 0, dueAt: sql`now()` })
    .where(and(eq(outbox.id, id), eq(outbox.channelId, channelId)))
    .returning({ id: outbox.id })
  if (again.length > 0) await signal(db, "outbox")
  return again.length > 0
}

export interface ListedMessage extends ChannelMessage {
  results: (TryResult & { number: number; at: Date })[]
}

const triesShown = 10

/** A page of a channel's messages, newest first, each with its last tries. @param before the place of the last one of the page before */
export async function listMessages(
  db: Db,
  channelId: string,
  { before, limit }: { before: { createdAt: Date; id: string } | null; limit: number },
): Promise<ListedMessage[]> {
  const found = await db
    .select(messageFields)
    .from(outbox)
    .where(
      and(
        eq(outbox.channelId, channelId),
        before ? sql`(${outbox.createdAt}, ${outbox.id}) < (${before.createdAt.toISOString()}::timestamptz, ${before.id})` : undefined,
      ),
    )
    .orderBy(sql`${outbox.createdAt} desc nulls first`, sql`${outbox.id} desc nulls first`)
    .limit(limit)
  const rows = found.filter(isForChannel)
  if (rows.length === 0) return []
  const tries = await db
    .select()
    .from(outboxTries)
    .innerJoin(outbox, eq(outbox.id, outboxTries.messageId))
    .where(
      and(
        inArray(
          outboxTries.messageId,
          rows.map(({ id }) => id),
        ),
        sql`${outboxTries.number} > ${outbox.tries} - ${triesShown}`,
      ),
    )
    .orderBy(desc(outboxTries.number))
  const byMessage = groupBy(tries, (row) => row.outbox_tries.messageId)
  return rows.map((row) => ({
    ...row,
    results: (byMessage.get(row.id) ?? []).map(({ outbox_tries: { messageId: _, ...result } }) => result),
  }))
}

/** Deletes what was queued so long ago. @returns how many there were */
export async function deleteOldMessages(db: Db, days: number): Promise<number> {
  const deleted = await db
    .delete(outbox)
    .where(lt(outbox.createdAt, sql`now() - make_interval(days => ${days})`))
    .returning({ id: outbox.id })
  return deleted.length
}
