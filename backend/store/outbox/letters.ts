import { inArray, sql } from "drizzle-orm"
import { newId } from "../../base/ids.ts"
import type { Db } from "../db.ts"
import { outbox, outboxTries } from "../schema.ts"
import { signal } from "../signals.ts"
import type { LetterType } from "./schema.ts"

/**
 * Queues a letter, in the transaction of its cause.
 * @param seal encrypts what it holds, for the id of its row
 */
export async function queueLetter(
  tx: Db,
  { cause, type }: { cause: string; type: LetterType },
  seal: (id: string) => Buffer,
): Promise<void> {
  const id = `msg_${newId()}`
  await tx.insert(outbox).values({ id, cause, type, sealedLetter: seal(id), data: {} })
  await signal(tx, "outbox")
}

/** How far a letter is. */
export interface LetterState {
  state: "waiting" | "delivered" | "given_up"
  /** Why its last try failed. */
  error: string | null
}

/** How far the letters of these causes are; one without a letter, or whose letter was too long ago, is left out. */
export async function findLetters(db: Db, causes: readonly string[]): Promise<Map<string, LetterState>> {
  if (causes.length === 0) return new Map()
  const error = sql<string | null>`(select ${outboxTries.error} from ${outboxTries}
    where ${outboxTries.messageId} = ${outbox.id} order by ${outboxTries.number} desc limit 1)`
  const rows = await db
    .select({ cause: outbox.cause, state: outbox.state, error })
    .from(outbox)
    .where(inArray(outbox.cause, [...causes]))
  return new Map(rows.map(({ cause, ...found }) => [cause, found]))
}
