import { sql } from "drizzle-orm"
import { bigserial, boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core"
import type { TypedModel } from "../../../contract/index.ts"
import { bytea, moment } from "../columns.ts"
import { evaluations } from "../evaluations/schema.ts"
import { teams, users } from "../identity/schema.ts"

/** Providers of models that people added: of a user, or of a team. The key is encrypted for this very row (base/crypto.ts). */
export const providers = pgTable(
  "providers",
  {
    id: text().primaryKey(),
    /** The owner, or for a team's provider the member who added it. */
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    teamId: text("team_id").references(() => teams.id, { onDelete: "cascade" }),
    slug: text().notNull(),
    name: text().notNull(),
    baseUrl: text("base_url").notNull(),
    /** Null for servers that want no key. */
    sealedKey: bytea("sealed_key"),
    keyEnd: text("key_end"),
    requestsPerMinute: integer("requests_per_minute"),
    concurrency: integer(),
    models: jsonb().$type<TypedModel[]>().notNull(),
    isOn: boolean("is_on").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [uniqueIndex("providers_owner_slug").on(sql`coalesce(${t.teamId}, ${t.userId})`, t.slug)],
)

/**
 * Requests to providers with limits, of all processes: those that wait, those that are under way, and those of the last minute. A process
 * renews its own; what it leaves behind when it dies counts until `aliveUntil`.
 */
export const providerRequests = pgTable(
  "provider_requests",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    providerId: text("provider_id")
      .notNull()
      .references(() => providers.id, { onDelete: "cascade" }),
    evaluationId: text("evaluation_id").references(() => evaluations.id, { onDelete: "cascade" }),
    /** Null while it waits. */
    startedAt: moment("started_at"),
    aliveUntil: moment("alive_until").notNull(),
  },
  (t) => [index("provider_requests_provider").on(t.providerId), index("provider_requests_evaluation").on(t.evaluationId)],
)

/** Models that a person marked. */
export const favouriteModels = pgTable(
  "favourite_models",
  {
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    model: text().notNull(),
    /** To the microsecond: two marks of one millisecond must keep their order. */
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.model] })],
)
