import type { JsonObject, UsageTotals } from "@/contract/index.ts"
import { finiteNumber, isObject } from "@/contract/samples/row-values.ts"

const usageLabels: [string, string][] = [
  ["input_tokens", "Prompt tokens, all turns"],
  ["output_tokens", "Completion tokens, all turns"],
  ["prompt_tokens", "Prompt tokens, all turns"],
  ["completion_tokens", "Completion tokens, all turns"],
  ["cached_input_tokens", "Cached prompt tokens"],
  ["reasoning_tokens", "Reasoning tokens"],
  ["final_input_tokens", "Last context, given"],
  ["final_output_tokens", "Last context, generated"],
]

export function usage(sample: JsonObject): { label: string; tokens: number }[] {
  const counts = isObject(sample.token_usage) ? sample.token_usage : {}
  return usageLabels.flatMap(([key, label]) => {
    const tokens = finiteNumber(counts[key])
    return tokens === null ? [] : [{ label, tokens }]
  })
}

/** What the gateway counted; kinds of tokens that there were none of are left out. */
export function meteredUsage(usage: UsageTotals): { label: string; count: number }[] {
  const counts: [string, number, boolean][] = [
    ["Requests", usage.requests, true],
    ["Failed requests", usage.failed_requests, false],
    ["Prompt tokens", usage.prompt_tokens, true],
    ["of which cached", usage.cached_tokens, false],
    ["Completion tokens", usage.completion_tokens, true],
    ["of which reasoning", usage.reasoning_tokens, false],
  ]
  return counts.flatMap(([label, count, always]) => (always || count > 0 ? [{ label, count }] : []))
}
