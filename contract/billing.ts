import * as z from "zod"
import { Id, PageQuery, Timestamp } from "./common.ts"
import { limits } from "./limits.ts"
import { RewardSpread } from "./statistics/planned-size.ts"
import { RunFacts } from "./statistics/run-forecast.ts"

export const WalletQuery = z.object({
  limit: z.coerce.number().int().min(1).max(limits.listPageMax).default(20),
  offset: z.coerce.number().int().min(0).max(limits.offsetMax).default(0),
  teamId: Id.nullish(),
})
export type WalletQuery = z.infer<typeof WalletQuery>

const BillingEntry = z
  .object({
    id: Id,
    created_at: Timestamp,
    updated_at: Timestamp,
    last_billed_at: Timestamp.nullable(),
    amount_usd: z.number(),
    currency: z.string(),
    resource_type: z.string(),
    resource_id: z.string().nullable(),
  })
  .meta({ id: "BillingEntry" })

/** Nobody pays this platform: the balance is always 0, and the entries say what providers will have charged for each evaluation. */
export const Wallet = z
  .object({
    wallet_id: z.string(),
    team_id: z.string().nullable(),
    balance_usd: z.number(),
    currency: z.string(),
    total_billings: z.int(),
    recent_billings: z.array(BillingEntry),
  })
  .meta({ id: "WalletResponse" })
export type Wallet = z.infer<typeof Wallet>

const UsageBreakdown = z
  .object({ tokens: z.int(), input_tokens: z.int(), output_tokens: z.int(), cost_usd: z.number() })
  .meta({ id: "RunUsageBreakdown" })

/** Prime's shape for a training run, filled for an evaluation: it only uses inference. */
export const RunUsage = z
  .object({
    run_id: Id,
    run_name: z.string().nullable(),
    base_model: z.string().nullable(),
    status: z.string().nullable(),
    training: UsageBreakdown,
    inference: UsageBreakdown,
    total_tokens: z.int(),
    total_cost_usd: z.number(),
    pricing: z
      .object({
        training_per_mtok: z.number().nullable(),
        inference_input_per_mtok: z.number().nullable(),
        inference_output_per_mtok: z.number().nullable(),
      })
      .describe("The model's prices as they are now; each request was metered with the price of its time"),
    record_count: z.int(),
    /** Extension: requests without a known price. With any of them the cost is a lower bound. */
    unpriced_count: z.int().nullish(),
  })
  .meta({ id: "RunUsageResponse" })
export type RunUsage = z.infer<typeof RunUsage>

// Extensions: usage by day, budgets and estimates.

const Day = z.iso.date()
const teamOfAccount = z.string().nullish().describe("A team, by id or name; without it the caller's own account")

export const UsageQuery = z.object({
  team_id: teamOfAccount,
  from: Day.nullish().describe("First day (UTC); without it 30 days come"),
  to: Day.nullish().describe("Last day (UTC); without it today"),
})
export type UsageQuery = z.infer<typeof UsageQuery>

const usageSums = {
  requests: z.int(),
  failed_requests: z.int(),
  unpriced_requests: z.int().describe("Requests without a known price: with any of them the cost is a lower bound"),
  prompt_tokens: z.int(),
  cached_tokens: z.int(),
  reasoning_tokens: z.int(),
  completion_tokens: z.int(),
  sandbox_seconds: z.number(),
  cost_usd: z.number().describe("Of requests, and of the time of sandboxes where it is charged"),
}
const UsageRow = z
  .object({ key: z.string(), name: z.string().nullable().describe("null when it is gone"), ...usageSums })
  .meta({ id: "UsageRow" })
export type UsageRow = z.infer<typeof UsageRow>

export const Budget = z
  .object({
    team_id: z.string().nullable(),
    month: z.string().describe("The calendar month (UTC), as 2026-11"),
    monthly_usd: z.number().nullable().describe("null: no budget"),
    spent_usd: z.number(),
    may_change: z.boolean(),
  })
  .meta({ id: "Budget" })
export type Budget = z.infer<typeof Budget>

export const UsageReport = z
  .object({
    team_id: z.string().nullable(),
    from: Day,
    to: Day,
    total: z.object(usageSums),
    by_day: z.array(z.object({ day: Day, ...usageSums })).describe("Days without usage are left out"),
    by_model: z.array(UsageRow),
    by_environment: z.array(UsageRow).describe("An empty key stands for requests that no run made"),
    by_user: z.array(UsageRow),
    budget: Budget,
  })
  .meta({ id: "UsageReport" })
export type UsageReport = z.infer<typeof UsageReport>

export const SetBudgetRequest = z
  .object({ team_id: teamOfAccount, monthly_usd: z.number().min(0).max(limits.budgetUsdMax).nullable() })
  .meta({ id: "SetBudgetRequest" })
export type SetBudgetRequest = z.infer<typeof SetBudgetRequest>

const Limit = {
  monthly_usd: z.number().nullable().describe("What may be spent in a calendar month (UTC); null: no limit"),
  spent_usd: z.number().describe("Since the month began"),
  runs_at_once: z.int().nullable().describe("Runs of the platform that may be queued or under way; null: no limit"),
  runs_now: z.int(),
}

/** A limit that holds for what the caller launches. */
export const HeldLimit = z
  .object({
    scope: z
      .enum(["account", "member", "person"])
      .describe("Of the account: the team's, or the caller's own; of the caller in the team; or of the caller on the whole platform"),
    ...Limit,
  })
  .meta({ id: "HeldLimit" })
export type HeldLimit = z.infer<typeof HeldLimit>

export const LimitsQuery = z.object({ team_id: teamOfAccount })
export type LimitsQuery = z.infer<typeof LimitsQuery>

export const SetLimitsRequest = z
  .object({
    team_id: Id.nullish(),
    user_id: Id.nullish().describe(
      "With a team, this member of it; without one, all that this person launches, for admins of the platform",
    ),
    monthly_usd: z.number().min(0).max(limits.budgetUsdMax).nullish().describe("null takes the limit away; left out, it stays"),
    runs_at_once: z.int().min(0).max(limits.runsAtOnceMax).nullish().describe("null takes the limit away; left out, it stays"),
  })
  .refine(({ team_id, user_id }) => team_id || user_id, {
    path: ["team_id"],
    message: "a limit is of a team, of a person, or of a member of a team",
  })
  .refine(({ monthly_usd, runs_at_once }) => monthly_usd !== undefined || runs_at_once !== undefined, "names nothing to change")
  .meta({ id: "SetLimitsRequest" })
export type SetLimitsRequest = z.infer<typeof SetLimitsRequest>

export const SpendersQuery = PageQuery.extend({
  team_id: teamOfAccount.describe("The members of this team; without it everybody on the platform, for its admins"),
  by: z.enum(["person", "team"]).default("person"),
  from: UsageQuery.shape.from,
  to: UsageQuery.shape.to,
}).refine(({ team_id, by }) => by === "person" || !team_id, { path: ["by"], message: "a team has members only" })
export type SpendersQuery = z.infer<typeof SpendersQuery>

/** What a person or a team used, and may use. */
export const Spender = z
  .object({
    id: Id,
    name: z.string(),
    ...usageSums,
    runs: z.int().describe("Launched or uploaded on these days"),
    limit: z.object(Limit),
    may_change: z.boolean().describe("Whether the caller may change the limit"),
  })
  .meta({ id: "Spender" })
export type Spender = z.infer<typeof Spender>

export const EstimateQuery = z.object({
  environment_id: z.string().min(1),
  model: z.string().min(1),
  env_args: z.string().max(limits.estimateArgumentsMax).nullish().describe("The environment's arguments, a JSON object: for `examples`"),
})
export type EstimateQuery = z.infer<typeof EstimateQuery>

export const RunEstimate = z
  .object({
    runs: z.int().describe("Earlier runs that it is made from; 0 when there is none"),
    rollouts: z.int(),
    same_model: z.boolean().describe("They used this model; else others"),
    prompt_tokens_per_rollout: z.number(),
    completion_tokens_per_rollout: z.number(),
    cost_usd_per_rollout: z.number().nullable().describe("null when the model's price is not known"),
    examples: z
      .int()
      .nullable()
      .describe("How many examples there are with these arguments, where the check or an earlier run of the latest version found out"),
    earlier: z.array(RunFacts).describe("Each of these runs, the newest first: at most 10"),
    rewards: RewardSpread.extend({ examples: z.int().describe("Of the run that it is made from") })
      .nullable()
      .describe("How the rewards of the largest of these runs scatter; null when there is none"),
  })
  .meta({ id: "RunEstimate" })
export type RunEstimate = z.infer<typeof RunEstimate>
