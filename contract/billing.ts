import { z } from "zod"
import { Id, Timestamp } from "./common.ts"
import { limits } from "./limits.ts"

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
