import { sql } from "drizzle-orm"
import { bigint, foreignKey, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core"
import type { AttemptExit } from "../../../contract/index.ts"
import { bytea, moment } from "../columns.ts"
import { attempts } from "../evaluations/schema.ts"

/** An attempt on another machine, whose program tells the platform itself what it writes and how it ends. */
export const remoteAttempts = pgTable(
  "remote_attempts",
  {
    /** The attempt's name, made of its run and number. */
    id: text().primaryKey(),
    evaluationId: text("evaluation_id").notNull(),
    number: integer().notNull(),
    tokenHash: text("token_hash").notNull(),
    /** The Python that it runs on, which is not cleared away meanwhile. */
    interpreter: text().notNull(),
    /** What it is to start, secrets included, encrypted; null when it is over. */
    sealedOrder: bytea("sealed_order"),
    /** The process that has opened it. No other may write for it. */
    instance: text(),
    /** How much of each stream has arrived, in bytes. */
    eventsReceived: bigint("events_received", { mode: "number" }).notNull().default(0),
    outputReceived: bigint("output_received", { mode: "number" }).notNull().default(0),
    createdAt: moment("created_at").notNull().defaultNow(),
    /** When the program asked last, by this database's clock. */
    heardAt: moment("heard_at"),
    stopRequestedAt: moment("stop_requested_at"),
    exit: jsonb().$type<AttemptExit>(),
    /** From when on nothing is taken from it any more. */
    fencedAt: moment("fenced_at"),
  },
  (t) => [
    uniqueIndex("remote_attempts_token").on(t.tokenHash),
    index("remote_attempts_evaluation").on(t.evaluationId, t.number),
    index("remote_attempts_open").on(t.interpreter).where(sql`fenced_at is null`),
    foreignKey({ columns: [t.evaluationId, t.number], foreignColumns: [attempts.evaluationId, attempts.number] }).onDelete("cascade"),
  ],
)

/** Lines of such an attempt that its supervisor has not read yet. */
export const remoteSpool = pgTable(
  "remote_spool",
  {
    /** Attempt, stream and offset in one text: what the lines are sealed for. */
    place: text().primaryKey(),
    attemptId: text("attempt_id")
      .notNull()
      .references(() => remoteAttempts.id, { onDelete: "cascade" }),
    stream: text().$type<"events" | "output">().notNull(),
    /** Where in the stream the lines begin, and how long they are, in bytes. */
    offset: bigint({ mode: "number" }).notNull(),
    size: integer().notNull(),
    sealedLines: bytea("sealed_lines").notNull(),
  },
  (t) => [index("remote_spool_order").on(t.attemptId, t.stream, t.offset)],
)
