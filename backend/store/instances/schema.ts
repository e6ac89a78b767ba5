import { sql } from "drizzle-orm"
import { doublePrecision, index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"
import { evaluations } from "../evaluations/schema.ts"
import { teams, users } from "../identity/schema.ts"
import { sandboxes } from "../sandboxes/schema.ts"

/** A machine that somebody uses over SSH until it ends. What runs it is the sandbox of the same id, whose state is the instance's. */
export const instances = pgTable(
  "instances",
  {
    id: text()
      .primaryKey()
      .references(() => sandboxes.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    teamId: text("team_id").references(() => teams.id),
    /** The run whose token made it; it ends with the run. */
    evaluationId: text("evaluation_id").references(() => evaluations.id, { onDelete: "set null" }),
    name: text().notNull(),
    /** Which entry of the availability it was made of. */
    cloudId: text("cloud_id").notNull(),
    usdPerHour: doublePrecision("usd_per_hour").notNull(),
    /** How long it may be there, from its start; what its budget allows at most. */
    hours: doublePrecision().notNull(),
    budgetUsd: doublePrecision("budget_usd"),
    costUsd: doublePrecision("cost_usd").notNull().default(0),
    /** Until when its time stands in the usage of its account; null before it has started. */
    countedUntil: moment("counted_until"),
    createdAt: moment("created_at").notNull().defaultNow(),
    endedAt: moment("ended_at"),
  },
  (t) => {
    // Made anew for each index: what makes one of them changes its columns.
    const newest = () => [t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst()] as const
    return [
      index("instances_user")
        .on(t.userId, ...newest())
        .where(sql`ended_at is null`),
      index("instances_team")
        .on(t.teamId, ...newest())
        .where(sql`ended_at is null`),
      index("instances_evaluation")
        .on(t.evaluationId, ...newest())
        .where(sql`ended_at is null`),
      index("instances_user_ended")
        .on(t.userId, ...newest())
        .where(sql`ended_at is not null`),
      index("instances_team_ended")
        .on(t.teamId, ...newest())
        .where(sql`ended_at is not null`),
      index("instances_evaluation_ended")
        .on(t.evaluationId, ...newest())
        .where(sql`ended_at is not null`),
    ]
  },
)

/** A public key with which SSH opens instances: those of its person, or those of the run that added it. */
export const sshKeys = pgTable(
  "ssh_keys",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The run whose token added it: it opens the run's own instances alone. */
    evaluationId: text("evaluation_id").references(() => evaluations.id, { onDelete: "cascade" }),
    name: text().notNull(),
    /** Its kind and its bytes in base64, without a comment. */
    publicKey: text("public_key").notNull(),
    /** SHA-256 of its bytes, in base64 without padding. */
    fingerprint: text().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("ssh_keys_once").on(t.userId, sql`coalesce(evaluation_id, '')`, t.fingerprint),
    index("ssh_keys_user").on(t.userId, t.createdAt, t.id),
    index("ssh_keys_evaluation").on(t.evaluationId),
    index("ssh_keys_fingerprint").on(t.fingerprint),
  ],
)
