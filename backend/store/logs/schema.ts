import { boolean, index, integer, json, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core"
import { evaluations } from "../evaluations/schema.ts"

/** Log lines of an evaluation or of an environment's check, some hundred to a row. */
export const logChunks = pgTable(
  "log_chunks",
  {
    /** Id of the evaluation or the action. */
    ownerId: text("owner_id").notNull(),
    firstLine: integer("first_line").notNull(),
    lineCount: integer("line_count").notNull(),
    /** Which levels and which streams are in it, one bit each: a filter passes over the others without reading them. */
    levels: smallint().notNull(),
    streams: smallint().notNull(),
    /** Some line has escape sequences in it, which people do not see and so do not type when they search. */
    styled: boolean().notNull(),
    /** Milliseconds, stream, level and text of each line, whether it is a part of one, and of which shard. json, not jsonb: half the size, and searched as the text that it is. */
    lines: json().$type<[at: number, stream: number, level: number, text: string, part?: number | null, shard?: number][]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.firstLine] })],
)

/** The lines of a run's log in blocks, as sample_texts has the texts of its samples. Checks have none: they are not searched with runs. */
export const logTexts = pgTable(
  "log_texts",
  {
    evaluationId: text("evaluation_id")
      .notNull()
      .references(() => evaluations.id, { onDelete: "cascade" }),
    place: integer().notNull(),
    owner: text().notNull(),
    text: text().notNull(),
    shown: text().notNull(),
    /** The numbers of the lines. */
    spots: json().$type<number[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.evaluationId, t.place] }), index("log_texts_search").using("gin", t.owner, t.text.op("gin_trgm_ops"))],
)
