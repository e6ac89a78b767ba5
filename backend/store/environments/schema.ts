import { sql } from "drizzle-orm"
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core"
import type { EnvironmentArgument, EvalDefaults, ExampleMessage, JsonObject } from "../../../contract/index.ts"
import { exactJson, moment } from "../columns.ts"
import { teams, users } from "../identity/schema.ts"

export const environments = pgTable(
  "environments",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    teamId: text("team_id").references(() => teams.id),
    name: text().notNull(),
    description: text(),
    visibility: text().$type<"PUBLIC" | "PRIVATE">().notNull(),
    tags: text().array().notNull().default(sql`'{}'`),
    /** Where its runs run that do not say; null: where the platform says. */
    executor: text(),
    /** Came with the platform: everybody may run it. */
    isSample: boolean("is_sample").notNull().default(false),
    latestVersionId: text("latest_version_id"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("environments_owner_name").on(sql`coalesce(${t.teamId}, ${t.userId})`, t.name),
    index("environments_name").on(t.name, t.id),
    index("environments_created").on(t.createdAt, t.id),
    index("environments_updated").on(t.updatedAt, t.id),
    index("environments_user").on(t.userId, t.teamId),
    index("environments_team").on(t.teamId),
    index("environments_tags").using("gin", t.tags),
    // What lists count by, so that counting reads the index and no rows.
    index("environments_count").on(t.visibility, t.userId, t.teamId).where(sql`latest_version_id is not null`),
  ],
)

/** One published state of an environment, found by its content hash. Unpublished while its files are on their way. */
export const environmentVersions = pgTable(
  "environment_versions",
  {
    id: text().primaryKey(),
    environmentId: text("environment_id")
      .notNull()
      .references(() => environments.id, { onDelete: "cascade" }),
    contentHash: text("content_hash").notNull(),
    semanticVersion: text("semantic_version"),
    wheelFilename: text("wheel_filename").notNull(),
    wheelSha256: text("wheel_sha256").notNull(),
    wheelReadyAt: moment("wheel_ready_at"),
    sourceFilename: text("source_filename"),
    sourceSha256: text("source_sha256"),
    publishedAt: moment("published_at"),
    metadata: exactJson<JsonObject>("metadata", "written").notNull(),
    readme: text(),
    evalDefaults: jsonb("eval_defaults").$type<EvalDefaults>(),
    /** What the check found when it loaded the environment; null until then. */
    arguments: exactJson<EnvironmentArgument[]>("arguments", "written"),
    rewards: jsonb().$type<{ name: string; weight: number }[]>(),
    datasetSize: bigint("dataset_size", { mode: "number" }),
    /** Whether the check that read its examples had secrets: what they opened is not for everybody. */
    examplesWithSecrets: boolean("examples_with_secrets").notNull().default(false),
    /** Which verifiers and which Python it was installed for last, and why these; null until then. */
    library: jsonb().$type<{ verifiers: string; python: string; why: string }>(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("environment_versions_hash").on(t.environmentId, t.contentHash),
    uniqueIndex("environment_versions_number").on(t.environmentId, t.semanticVersion).where(sql`published_at is not null`),
    index("environment_versions_published").on(t.environmentId, t.publishedAt),
  ],
)

/** The first examples of a version's dataset, as its check read them. */
export const environmentExamples = pgTable(
  "environment_examples",
  {
    versionId: text("version_id")
      .notNull()
      .references(() => environmentVersions.id, { onDelete: "cascade" }),
    position: integer().notNull(),
    exampleId: text("example_id").notNull(),
    prompt: jsonb().$type<ExampleMessage[]>().notNull(),
    answer: text(),
    /** What else an example has, as JSON text. */
    info: text(),
  },
  (t) => [primaryKey({ columns: [t.versionId, t.position] })],
)

/** A check of a published version: really install it and call load_environment(). Claimed by lease, as evaluations are. */
export const environmentActions = pgTable(
  "environment_actions",
  {
    id: text().primaryKey(),
    environmentId: text("environment_id")
      .notNull()
      .references(() => environments.id, { onDelete: "cascade" }),
    versionId: text("version_id")
      .notNull()
      .references(() => environmentVersions.id, { onDelete: "cascade" }),
    status: text().$type<"PENDING" | "RUNNING" | "SUCCESS" | "FAILED" | "CANCELLED">().notNull(),
    trigger: text().notNull(),
    error: text(),
    attempt: integer().notNull().default(0),
    leaseOwner: text("lease_owner"),
    leaseUntil: moment("lease_until"),
    createdAt: moment("created_at").notNull().defaultNow(),
    startedAt: moment("started_at"),
    completedAt: moment("completed_at"),
  },
  (t) => [
    index("environment_actions_environment").on(t.environmentId, t.createdAt),
    index("environment_actions_version").on(t.versionId, t.createdAt),
    index("environment_actions_waiting").on(t.createdAt).where(sql`status in ('PENDING', 'RUNNING')`),
  ],
)
