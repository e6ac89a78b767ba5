import { boolean, integer, json, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core"

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
    /** Milliseconds, stream, level and text of each line, and whether it is a part of one. json, not jsonb: half the size, and searched as the text that it is. */
    lines: json().$type<[at: number, stream: number, level: number, text: string, part?: number][]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.firstLine] })],
)
