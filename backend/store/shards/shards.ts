import { and, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import type { Selected } from "../fields.ts"
import { attemptShards } from "../schema.ts"

const fields = {
  shard: attemptShards.shard,
  eventsOffset: attemptShards.eventsOffset,
  outputOffset: attemptShards.outputOffset,
  lastWord: attemptShards.lastWord,
}

export type ShardRecord = Selected<typeof fields>

/** What has been read of an attempt's shards; those of which nothing has are not there. */
export async function readShards(db: Db, evaluationId: string, number: number): Promise<ShardRecord[]> {
  return db
    .select(fields)
    .from(attemptShards)
    .where(and(eq(attemptShards.evaluationId, evaluationId), eq(attemptShards.number, number)))
}

/** Stores how far some shards of an attempt have been read, in the transaction that stores what was read. */
export async function keepShards(tx: Db, evaluationId: string, number: number, shards: ShardRecord[]): Promise<void> {
  const { shard, eventsOffset, outputOffset, lastWord } = attemptShards
  await tx
    .insert(attemptShards)
    .values(shards.map((one) => ({ ...one, evaluationId, number })))
    .onConflictDoUpdate({
      target: [attemptShards.evaluationId, attemptShards.number, shard],
      set: {
        eventsOffset: sql`excluded.${sql.identifier(eventsOffset.name)}`,
        outputOffset: sql`excluded.${sql.identifier(outputOffset.name)}`,
        lastWord: sql`excluded.${sql.identifier(lastWord.name)}`,
      },
    })
}
