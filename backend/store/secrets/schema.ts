import { sql } from "drizzle-orm"
import { boolean, index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core"
import { bytea, moment } from "../columns.ts"
import { environments } from "../environments/schema.ts"
import { teams, users } from "../identity/schema.ts"

/** Global secrets: of a user, or of a team. The value is encrypted for this very row (base/crypto.ts). */
export const secrets = pgTable(
  "secrets",
  {
    id: text().primaryKey(),
    /** The owner, or for a team's secret the member who stored it. */
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    teamId: text("team_id").references(() => teams.id, { onDelete: "cascade" }),
    name: text().notNull(),
    description: text(),
    /** The value is a file's content in base64. */
    isFile: boolean("is_file").notNull(),
    sealed: bytea().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [uniqueIndex("secrets_owner_name").on(sql`coalesce(${t.teamId}, ${t.userId})`, t.name)],
)

const ofEnvironment = () =>
  text("environment_id")
    .notNull()
    .references(() => environments.id, { onDelete: "cascade" })

/** Secrets of one environment. */
export const environmentSecrets = pgTable(
  "environment_secrets",
  {
    id: text().primaryKey(),
    environmentId: ofEnvironment(),
    name: text().notNull(),
    description: text(),
    sealed: bytea().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [uniqueIndex("environment_secrets_name").on(t.environmentId, t.name)],
)

/** Which global secrets an environment gets. */
export const secretLinks = pgTable(
  "secret_links",
  {
    id: text().primaryKey(),
    environmentId: ofEnvironment(),
    secretId: text("secret_id")
      .notNull()
      .references(() => secrets.id, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [uniqueIndex("secret_links_environment").on(t.environmentId, t.secretId), index("secret_links_secret").on(t.secretId)],
)

/** Settings of one environment that are no secret. */
export const environmentVariables = pgTable(
  "environment_variables",
  {
    id: text().primaryKey(),
    environmentId: ofEnvironment(),
    name: text().notNull(),
    value: text().notNull(),
    description: text(),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [uniqueIndex("environment_variables_name").on(t.environmentId, t.name)],
)
