import { bigint, bigserial, date, doublePrecision, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"
import { evaluations } from "../evaluations/schema.ts"

/** One request through the inference gateway. */
export const inferenceUsage = pgTable(
  "inference_usage",
  {
    id: bigserial({ mode: "number" }).primaryKey(),
    userId: text("user_id").notNull(),
    /** The team on whose account the user asked. */
    teamId: text("team_id"),
    evaluationId: text("evaluation_id").references(() => evaluations.id, { onDelete: "set null" }),
    /** The library's trajectory id, when the client sent one: which rollout asked. */
    sessionId: text("session_id"),
    provider: text().notNull(),
    model: text().notNull(),
    status: integer().notNull(),
    latencyMs: integer("latency_ms").notNull(),
    promptTokens: bigint("prompt_tokens", { mode: "number" }).notNull(),
    cachedTokens: bigint("cached_tokens", { mode: "number" }).notNull(),
    reasoningTokens: bigint("reasoning_tokens", { mode: "number" }).notNull(),
    completionTokens: bigint("completion_tokens", { mode: "number" }).notNull(),
    costUsd: doublePrecision("cost_usd"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [index("inference_usage_evaluation").on(t.evaluationId), index("inference_usage_created").on(t.createdAt)],
)

const sums = () => ({
  requests: bigint({ mode: "number" }).notNull(),
  failedRequests: bigint("failed_requests", { mode: "number" }).notNull(),
  promptTokens: bigint("prompt_tokens", { mode: "number" }).notNull(),
  cachedTokens: bigint("cached_tokens", { mode: "number" }).notNull(),
  reasoningTokens: bigint("reasoning_tokens", { mode: "number" }).notNull(),
  completionTokens: bigint("completion_tokens", { mode: "number" }).notNull(),
  costUsd: doublePrecision("cost_usd").notNull(),
  /** Requests whose model has no known price: with any of them the sum is not the cost. */
  unpricedRequests: bigint("unpriced_requests", { mode: "number" }).notNull(),
})

const evaluation = () =>
  text("evaluation_id")
    .notNull()
    .references(() => evaluations.id, { onDelete: "cascade" })

/** Sums of inference_usage per run, so that lists need not add up requests. Kept in the same transaction. */
export const usageTotals = pgTable("usage_totals", { evaluationId: evaluation().primaryKey(), ...sums() })

/** The same per rollout. */
export const rolloutUsage = pgTable(
  "rollout_usage",
  { evaluationId: evaluation(), sessionId: text("session_id").notNull(), ...sums() },
  (t) => [primaryKey({ columns: [t.evaluationId, t.sessionId] })],
)

/** The same per day and account, with sandbox time; it outlives the runs that it is of. */
export const dailyUsage = pgTable(
  "daily_usage",
  {
    /** In UTC. */
    day: date().notNull(),
    userId: text("user_id").notNull(),
    /** Empty: on the user's own account. */
    teamId: text("team_id").notNull(),
    /** Empty: not from a run. */
    environmentId: text("environment_id").notNull(),
    /** Empty: an endpoint of the run's own. */
    provider: text().notNull(),
    model: text().notNull(),
    ...sums(),
    sandboxMs: bigint("sandbox_ms", { mode: "number" }).notNull(),
    sandboxUsd: doublePrecision("sandbox_usd").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.userId, t.teamId, t.day, t.environmentId, t.provider, t.model] }),
    index("daily_usage_team").on(t.teamId, t.day),
  ],
)

/** How long each attempt's process ran, as far as a worker saw it. */
export const sandboxTime = pgTable(
  "sandbox_time",
  {
    evaluationId: evaluation(),
    attempt: integer().notNull(),
    since: moment("since").notNull(),
    until: moment("until").notNull(),
    /** What an hour costs; null where it costs nothing, since the model is paid for instead. */
    usdPerHour: doublePrecision("usd_per_hour"),
  },
  (t) => [primaryKey({ columns: [t.evaluationId, t.attempt] })],
)

/** What may be spent in a calendar month (UTC), and how many runs may be under way at once; null where there is no such limit. */
export const budgets = pgTable(
  "budgets",
  {
    /** A team or a user; empty for all accounts on which a person launches. */
    accountId: text("account_id").notNull(),
    /** Whose part of it: a member of the team, or with all accounts a person; empty for the account as a whole. */
    memberId: text("member_id").notNull().default(""),
    monthlyUsd: doublePrecision("monthly_usd"),
    runsAtOnce: integer("runs_at_once"),
    updatedBy: text("updated_by").notNull(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.memberId] })],
)
