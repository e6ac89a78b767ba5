import type { RunEstimate } from "@/contract/index.ts"
import { addTotals, type ExpectedTotal } from "@/contract/statistics/expected-total.ts"
import { forecastRun } from "@/contract/statistics/run-forecast.ts"
import { roughDuration } from "@/contract/text/amount-text.ts"
import { formatCount, formatMoney, formatTokens } from "@/lib/format.ts"

export interface ExpectedAmount {
  /** "≈ $0.42" */
  text: string
  /** "$0.31 to $0.58"; null where nothing is to be said about it. */
  range: string | null
}

export interface ExpectedRun {
  /** Null when a price is not known. */
  cost: ExpectedAmount | null
  tokens: string | null
  time: ExpectedAmount | null
  /** "from 3 earlier runs" */
  source: string
}

const amountOf = ({ median, low, high }: ExpectedTotal, write: (value: number) => string): ExpectedAmount => ({
  text: median === 0 ? "free" : `≈ ${write(median)}`,
  range: high > low ? `${write(low)} to ${write(high)}` : null,
})

/**
 * What a run is likely to cost and to take, with each model that is chosen; null where an estimate has no earlier run to go by.
 * @param estimates one of each model
 * @param rollouts of each model's run; null while it is not known: then it is said of a single one
 * @param lanes how many rollouts run at the same time at most
 */
export function expectedRun(estimates: readonly RunEstimate[], rollouts: number | null, lanes: number): ExpectedRun | null {
  if (estimates.length === 0 || estimates.some(({ runs }) => runs === 0)) return null
  const source = sourceText(estimates)
  if (rollouts === null) return { ...ofOneRollout(estimates), time: null, source }
  const forecasts = estimates.map(({ earlier }) => forecastRun(earlier, rollouts, lanes))
  const all = (of: (forecast: (typeof forecasts)[number]) => ExpectedTotal | null): ExpectedTotal[] | null => {
    const found = forecasts.flatMap((forecast) => of(forecast) ?? [])
    return found.length === forecasts.length ? found : null
  }
  const [costs, tokens, seconds] = [all(({ cost }) => cost), all((forecast) => forecast.tokens), all((forecast) => forecast.seconds)]
  // Runs of several models are at work side by side, as far as there is room: the slowest one tells.
  const slowest = seconds?.reduce((longest, one) => (one.median > longest.median ? one : longest))
  return {
    cost: costs && amountOf(addTotals(costs), formatMoney),
    tokens: tokens && `${formatTokens(Math.round(addTotals(tokens).median))} tokens`,
    time: slowest ? amountOf(slowest, roughDuration) : null,
    source,
  }
}

function ofOneRollout(estimates: readonly RunEstimate[]): Pick<ExpectedRun, "cost" | "tokens"> {
  const tokens = estimates.reduce((sum, one) => sum + one.prompt_tokens_per_rollout + one.completion_tokens_per_rollout, 0)
  const cost = estimates.reduce<number | null>((sum, { cost_usd_per_rollout: one }) => (sum === null || one === null ? null : sum + one), 0)
  return {
    cost: cost === null ? null : { text: cost === 0 ? "free" : `≈ ${formatMoney(cost)} per rollout`, range: null },
    tokens: `${formatTokens(Math.round(tokens))} tokens per rollout`,
  }
}

function sourceText(estimates: readonly RunEstimate[]): string {
  const runs = estimates.reduce((sum, one) => sum + one.runs, 0)
  const isSame = estimates.every(({ same_model }) => same_model)
  const counted = runs === 1 ? "an earlier run" : `${formatCount(runs)} earlier runs`
  return `from ${counted}${isSame ? "" : runs === 1 ? " with another model" : estimates.length > 1 ? ", some with other models" : " with other models"}`
}
