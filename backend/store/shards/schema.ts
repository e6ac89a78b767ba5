import { bigint, foreignKey, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core"
import type { RunnerLastWord } from "../../../contract/index.ts"
import { attempts } from "../evaluations/schema.ts"

/** Of an attempt that is several processes: how far what each of them wrote has been read. The run's own offsets are the sums of these. */
export const attemptShards = pgTable(
  "attempt_shards",
  {
    evaluationId: text("evaluation_id").notNull(),
    /** Of the attempt. */
    number: integer().notNull(),
    /** Of the process within it, from 0. */
    shard: integer().notNull(),
    eventsOffset: bigint("events_offset", { mode: "number" }).notNull(),
    outputOffset: bigint("output_offset", { mode: "number" }).notNull(),
    /** The runner's last word, kept with the offset of the events behind it. */
    lastWord: jsonb("last_word").$type<RunnerLastWord>(),
  },
  (t) => [
    primaryKey({ columns: [t.evaluationId, t.number, t.shard] }),
    foreignKey({ columns: [t.evaluationId, t.number], foreignColumns: [attempts.evaluationId, attempts.number] }).onDelete("cascade"),
  ],
)
