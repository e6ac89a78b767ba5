import { sql } from "drizzle-orm"
import { boolean, doublePrecision, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core"
import type { JsonObject, SandboxStatus, StartCommand } from "../../../contract/index.ts"
import { bytea, exactJson, moment } from "../columns.ts"
import { evaluations } from "../evaluations/schema.ts"
import { teams, users } from "../identity/schema.ts"

/** A sandbox in which a user's code, or a run's, executes commands. Only its worker touches it. */
export const sandboxes = pgTable(
  "sandboxes",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id),
    teamId: text("team_id").references(() => teams.id),
    /** The run whose token made it; it ends with the run. */
    evaluationId: text("evaluation_id").references(() => evaluations.id, { onDelete: "set null" }),
    /** It holds an instance, through which alone it is used: store/instances. */
    isInstance: boolean("is_instance").notNull().default(false),
    name: text().notNull(),
    image: text().notNull(),
    /** The checkpoint that its first files are from; it may be deleted once the sandbox runs. */
    checkpointId: text("checkpoint_id"),
    startCommand: jsonb("start_command").$type<StartCommand>(),
    cpuCores: doublePrecision("cpu_cores").notNull(),
    memoryGb: doublePrecision("memory_gb").notNull(),
    diskGb: doublePrecision("disk_gb").notNull(),
    networkAccess: boolean("network_access").notNull(),
    /** The only destinations, or those excepted; at most one of the lists. */
    networkAllowlist: text("network_allowlist").array(),
    networkDenylist: text("network_denylist").array(),
    /** Which of its policies these lists are, and which one its egress proxy follows: from its start, the first. */
    networkGeneration: integer("network_generation").notNull().default(1),
    networkApplied: integer("network_applied").notNull().default(1),
    timeoutMinutes: integer("timeout_minutes").notNull(),
    idleTimeoutMinutes: integer("idle_timeout_minutes"),
    environmentVars: jsonb("environment_vars").$type<Record<string, string>>(),
    /** Its secret variables, encrypted; deleted once the sandbox has started with them. */
    sealedSecrets: bytea("sealed_secrets"),
    advancedConfigs: exactJson<JsonObject>("advanced_configs", "written"),
    region: text(),
    labels: text().array().notNull().default(sql`'{}'`),
    idempotencyKey: text("idempotency_key"),
    /** Of the request that came with the key, so that another one is not answered with this sandbox. */
    idempotencyHash: text("idempotency_hash"),

    status: text().$type<SandboxStatus>().notNull(),
    exitCode: integer("exit_code"),
    errorType: text("error_type"),
    errorMessage: text("error_message"),
    /** The end of what the start command printed. */
    logTail: text("log_tail").notNull().default(""),

    /** The worker that keeps it, and where that worker's gateway is. */
    worker: text(),
    gatewayUrl: text("gateway_url"),
    executor: text(),
    /** Whether it has the requested image, or the worker's own system. */
    hasImage: boolean("has_image").notNull().default(false),
    /** The executor's handle of its process; null while there is none. */
    handle: jsonb().$type<JsonObject>(),

    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    startedAt: moment("started_at"),
    terminatedAt: moment("terminated_at"),
    /** How long it has been there; filled when it ends. */
    seconds: doublePrecision(),
  },
  (t) => [
    // Each with whether it holds an instance, so that lists and counts of the others need not look at the rows.
    index("sandboxes_user").on(t.userId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst(), t.isInstance),
    index("sandboxes_team").on(t.teamId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst(), t.isInstance),
    index("sandboxes_evaluation").on(t.evaluationId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst(), t.isInstance),
    index("sandboxes_count").on(t.userId, t.status, t.isInstance),
    index("sandboxes_active")
      .on(t.userId, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst(), t.isInstance)
      .where(sql`status not in ('TERMINATED', 'ERROR')`),
    index("sandboxes_labels").using("gin", t.labels),
    index("sandboxes_waiting").on(t.createdAt).where(sql`status = 'PENDING'`),
    index("sandboxes_kept").on(t.worker).where(sql`status in ('PROVISIONING', 'RUNNING') or handle is not null`),
    index("sandboxes_restoring").on(t.checkpointId).where(sql`status in ('PENDING', 'PROVISIONING') and checkpoint_id is not null`),
    uniqueIndex("sandboxes_idempotency").on(t.userId, t.idempotencyKey),
  ],
)

/** A port of a sandbox that has a name of the platform. */
export const sandboxExposures = pgTable(
  "sandbox_exposures",
  {
    id: text().primaryKey(),
    sandboxId: text("sandbox_id")
      .notNull()
      .references(() => sandboxes.id, { onDelete: "cascade" }),
    port: integer().notNull(),
    name: text(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [index("sandbox_exposures_sandbox").on(t.sandboxId)],
)

/** Workers that keep sandboxes, or say why they cannot. */
export const sandboxHosts = pgTable("sandbox_hosts", {
  worker: text().primaryKey(),
  executor: text().notNull(),
  gatewayUrl: text("gateway_url").notNull(),
  /** Why this worker keeps no sandboxes; null when it does. */
  refusal: text(),
  /** host:port of the door by which SSH reaches instances; null where this worker keeps none. */
  sshAddress: text("ssh_address"),
  /** Why it has no such door. */
  sshRefusal: text("ssh_refusal"),
  seenAt: moment("seen_at").notNull().defaultNow(),
})
