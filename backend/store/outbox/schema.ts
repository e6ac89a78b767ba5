import { sql } from "drizzle-orm"
import { index, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core"
import type { JsonObject, MessageType } from "../../../contract/index.ts"
import { bytea, exactJson, moment } from "../columns.ts"
import { evaluations } from "../evaluations/schema.ts"
import { notificationChannels } from "../notifications/schema.ts"

/** What letters are about. They are no messages of a channel, and no list on the wire has them. */
export type LetterType = "account.invited" | "account.password" | "account.changed"

/**
 * Messages to people. Each is stored in the transaction of its cause, once for every channel, and sent until it has arrived or was tried
 * often enough. The lease stands on the row itself.
 */
export const outbox = pgTable(
  "outbox",
  {
    /** What receivers recognise a message by that reaches them twice. */
    id: text().primaryKey(),
    /** What it is about, such as the end of an attempt of a run: a channel is told once. */
    cause: text().notNull(),
    /** Null for a letter: a mail to an address that is nobody's channel, such as an invitation. */
    channelId: text("channel_id").references(() => notificationChannels.id, { onDelete: "cascade" }),
    /** Of a letter: to whom, and the link that nobody else may read, encrypted. It is gone as soon as the letter has left or was given up. */
    sealedLetter: bytea("sealed_letter"),
    type: text().$type<MessageType | LetterType>().notNull(),
    evaluationId: text("evaluation_id").references(() => evaluations.id, { onDelete: "cascade" }),
    /** What the message says, as a webhook gets it; the words of the others are made of it. */
    data: exactJson<JsonObject>("data", "written").notNull(),
    state: text().$type<"waiting" | "delivered" | "given_up">().notNull().default("waiting"),
    /** Tries in all, which number the tries, and since it was last asked for, which say when the next one is due. */
    tries: integer().notNull().default(0),
    round: integer().notNull().default(0),
    dueAt: moment("due_at").notNull().defaultNow(),
    leaseOwner: text("lease_owner"),
    leaseUntil: moment("lease_until"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("outbox_cause").on(t.cause, t.channelId),
    index("outbox_channel").on(t.channelId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index("outbox_due").on(t.dueAt, t.id).where(sql`state = 'waiting'`),
    index("outbox_leased").on(t.leaseUntil, t.channelId).where(sql`lease_until is not null`),
    index("outbox_evaluation").on(t.evaluationId),
    index("outbox_created").on(t.createdAt),
  ],
)

/** What came of sending a message, time for time. */
export const outboxTries = pgTable(
  "outbox_tries",
  {
    messageId: text("message_id")
      .notNull()
      .references(() => outbox.id, { onDelete: "cascade" }),
    number: integer().notNull(),
    at: moment("at").notNull().defaultNow(),
    tookMs: integer("took_ms").notNull(),
    /** Of the answer; null where none came. */
    status: integer(),
    error: text(),
    /** Its first characters. */
    answer: text(),
  },
  (t) => [primaryKey({ columns: [t.messageId, t.number] })],
)
