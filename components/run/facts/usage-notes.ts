import type { Evaluation, UsageTotals } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatDuration, formatMoney, formatTokens } from "@/lib/format.ts"

/** Whether the run's requests pass the platform's gateway: those to an endpoint of its own do not. */
const isMetered = (run: Evaluation): boolean => run.is_hosted && (!run.eval_config?.api_base_url || (run.usage?.requests ?? 0) > 0)
const unmetered = (run: Evaluation): string => (isMetered(run) ? "no requests yet" : "not metered here")

function tokensOf({ prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens }: UsageTotals): string {
  const part = (tokens: number, what: string) => (tokens > 0 ? ` (${formatTokens(tokens)} ${what})` : "")
  return `${formatTokens(prompt_tokens)} in${part(cached_tokens, "cached")}, ${formatTokens(completion_tokens)} out${part(reasoning_tokens, "reasoning")}`
}

/** What the cost is of, or why it is not known. */
export function costNote(run: Evaluation, samples: number): string {
  if (!run.usage) return unmetered(run)
  if (run.usage.cost_usd === null) return "no price is known"
  if (run.usage.sandbox_cost_usd) return `for ${formatDuration((run.usage.sandbox_seconds ?? 0) * 1000)} of its sandbox`
  return samples > 0 ? `${formatMoney(run.usage.cost_usd / samples)} each` : isActive(run.status) ? "so far" : ""
}

/** How many tokens went in and came out. */
export const tokenWords = (run: Evaluation): string => (run.usage && isMetered(run) ? tokensOf(run.usage) : unmetered(run))
