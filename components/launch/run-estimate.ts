import type { RunEstimate } from "@/contract/index.ts"
import { formatMoney, formatTokens } from "@/lib/format.ts"

/**
 * "≈ $0.42, 1.2M tokens, from 3 earlier runs"; per rollout while the number of rollouts is not known. Null without earlier runs.
 */
export function expectedText(estimate: RunEstimate, rollouts: number | null): string | null {
  if (estimate.runs === 0) return null
  const count = rollouts ?? 1
  const tokens = Math.round((estimate.prompt_tokens_per_rollout + estimate.completion_tokens_per_rollout) * count)
  const cost = estimate.cost_usd_per_rollout
  const amount = [
    cost === null ? null : cost === 0 ? "free" : `≈ ${formatMoney(cost * count)}`,
    `${cost === null || cost === 0 ? "≈ " : ""}${formatTokens(tokens)} tokens`,
  ]
    .filter(Boolean)
    .join(", ")
  const runs = `from ${estimate.runs === 1 ? "an earlier run" : `${estimate.runs} earlier runs`}`
  const others = estimate.runs === 1 ? " with another model" : " with other models"
  return `${amount}${rollouts === null ? " per rollout" : ""}, ${runs}${estimate.same_model ? "" : others}`
}
