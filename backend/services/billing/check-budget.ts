import { type CreateHostedEvaluationRequest, hasOwnEndpoint } from "../../../contract/index.ts"
import { counted } from "../../../contract/text/amount-text.ts"
import { invalid, ServiceError } from "../../base/errors.ts"
import { hasPrice, isFree, type Pricing } from "../../inference/pricing.ts"
import type { Db } from "../../store/db.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import type { Account } from "../../store/usage/budgets.ts"
import { findHeldLimits, lockLimits, runsNowOf } from "../../store/usage/limits.ts"
import type { Context } from "../context.ts"

/**
 * Refuses a launch whose budget could not be enforced, and one whose account has used up its budget.
 * @throws ServiceError with the field, or with how much is spent
 */
export async function checkBudget(
  ctx: Context,
  { eval_config: config, inference_model: modelId }: Pick<CreateHostedEvaluationRequest, "eval_config" | "inference_model">,
  account: Account,
): Promise<void> {
  const isOwn = hasOwnEndpoint(config)
  const pricing = isOwn ? null : ((await ctx.models.find(modelId, account))?.model.pricing ?? null)
  const { sandboxUsdPerHour: perHour } = ctx.config
  if (typeof config.max_total_tokens === "number" && isOwn)
    throw invalid(
      ["eval_config", "max_total_tokens"],
      "cannot be enforced with an endpoint of your own: its requests do not pass through this platform",
    )
  if (typeof config.max_cost_usd === "number") {
    if (isOwn && perHour === 0)
      throw invalid(["eval_config", "max_cost_usd"], "cannot be enforced with an endpoint of your own: nothing it does has a price here")
    if (!isOwn && !hasPrice(pricing))
      throw invalid(
        ["eval_config", "max_cost_usd"],
        `cannot be enforced: the price of ${modelId} is not known here. Set max_total_tokens instead`,
      )
  }
  await checkSpending(ctx, config, pricing, account)
}

/** Refuses to resume a run whose account has used up its budget. @throws ServiceError with how much is spent */
export async function checkAccount(ctx: Context, run: EvaluationRecord): Promise<void> {
  const pricing = run.modelName ? ((await ctx.models.find(run.modelName, run))?.model.pricing ?? null) : null
  await checkSpending(ctx, run.evalConfig, pricing, run)
}

async function checkSpending(ctx: Context, config: unknown, pricing: Pricing, account: Account): Promise<void> {
  if (hasOwnEndpoint(config) ? ctx.config.sandboxUsdPerHour === 0 : isFree(pricing ?? undefined)) return
  const excess = await ctx.budgets.excessOfAccount(account)
  // Not 402, whose body the prime CLI throws away.
  if (excess !== null) throw new ServiceError("forbidden", `${excess} Raise it under Usage, or wait for the next month.`)
}

/**
 * Refuses runs beyond what may be under way at once. First in the transaction that queues them: launches that count against the same limits wait
 * for each other, so that no two of them take the same place.
 * @throws ServiceError with the limit and how much of it is used
 */
export async function admitRuns(tx: Db, account: Account, runs: number): Promise<void> {
  await lockLimits(tx, account)
  for (const { scope, runsAtOnce } of await findHeldLimits(tx, account)) {
    if (runsAtOnce === null) continue
    const now = await runsNowOf(tx, scope, account)
    if (now + runs <= runsAtOnce) continue
    const limit = { account: account.teamId ? "The team's limit" : "Your limit", member: "Your limit in this team", person: "Your limit" }[
      scope
    ]
    throw new ServiceError(
      "conflict",
      `${limit} is ${counted(runsAtOnce, "run")} queued or under way at once: ${now} now, and this would add ${runs}. Wait until some have ended, or have the limit raised under Usage`,
    )
  }
}
