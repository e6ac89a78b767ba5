import type { RunUsage, Wallet, WalletQuery } from "../../../contract/index.ts"
import { listCosts } from "../../store/usage/costs.ts"
import { type Context, requireUser } from "../context.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"
import { requireTeam } from "../identity/teams.ts"

const currency = "USD"

/** What the evaluations of the caller, or of a team, have cost. There is no money in this wallet: providers are paid elsewhere. */
export async function getWallet(ctx: Context, query: WalletQuery): Promise<Wallet> {
  const userId = requireUser(ctx)
  const teamId = query.teamId ? requireTeam(ctx, query.teamId) : null
  const { rows, total } = await listCosts(ctx.db, { userId, teamId }, query)
  return {
    wallet_id: teamId ?? userId,
    team_id: teamId,
    balance_usd: 0,
    currency,
    total_billings: total,
    recent_billings: rows.map(({ evaluation, costUsd }) => ({
      id: evaluation.id,
      created_at: evaluation.createdAt.toISOString(),
      updated_at: evaluation.updatedAt.toISOString(),
      last_billed_at: (evaluation.completedAt ?? evaluation.updatedAt).toISOString(),
      amount_usd: costUsd,
      currency,
      resource_type: "inference",
      resource_id: evaluation.id,
    })),
  }
}

/** Tokens and cost of one evaluation, in the shape that Prime has for training runs. */
export async function getRunUsage(ctx: Context, id: string): Promise<RunUsage> {
  const { evaluation, usage, sandbox } = await requireEvaluation(ctx, id)
  const input = usage?.promptTokens ?? 0
  const output = usage?.completionTokens ?? 0
  const cost = usage?.costUsd ?? 0
  // Only what went through the gateway has its prices: a custom endpoint may serve another model under the same name.
  const model = usage && evaluation.modelName ? await ctx.models.find(evaluation.modelName, evaluation) : undefined
  return {
    run_id: evaluation.id,
    run_name: evaluation.name,
    base_model: evaluation.modelName,
    status: evaluation.status,
    training: { tokens: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0 },
    inference: { tokens: input + output, input_tokens: input, output_tokens: output, cost_usd: cost },
    total_tokens: input + output,
    total_cost_usd: cost + (sandbox.usd ?? 0),
    pricing: {
      training_per_mtok: null,
      inference_input_per_mtok: model?.model.pricing?.input_usd_per_mtok ?? null,
      inference_output_per_mtok: model?.model.pricing?.output_usd_per_mtok ?? null,
    },
    record_count: usage?.requests ?? 0,
    unpriced_count: usage?.unpricedRequests ?? 0,
  }
}
