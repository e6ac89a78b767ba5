import { Tile } from "@/components/shared/tile.tsx"
import type { UsageReport } from "@/contract/index.ts"
import { formatCount, formatDuration, formatMoney, formatTokens } from "@/lib/format.ts"

/** The sums of a period at a glance. */
export function UsageTiles({ total }: { total: UsageReport["total"] }) {
  const part = (tokens: number, what: string) => (tokens > 0 ? `, ${formatTokens(tokens)} ${what}` : "")
  const tiles = [
    {
      label: "Cost",
      value: formatMoney(total.cost_usd),
      note:
        total.unpriced_requests > 0
          ? `at least: ${formatCount(total.unpriced_requests)} requests have no known price`
          : "requests and charged time",
    },
    {
      label: "Requests",
      value: formatCount(total.requests),
      note: total.failed_requests > 0 ? `${formatCount(total.failed_requests)} failed` : "none failed",
    },
    { label: "Prompt tokens", value: formatTokens(total.prompt_tokens), note: `all turns${part(total.cached_tokens, "cached")}` },
    {
      label: "Completion tokens",
      value: formatTokens(total.completion_tokens),
      note: `all turns${part(total.reasoning_tokens, "reasoning")}`,
    },
    { label: "Sandbox time", value: formatDuration(total.sandbox_seconds * 1000), note: "of all runs" },
  ]
  return (
    <dl className="grid grid-cols-2 gap-2 md:grid-cols-3 xl:grid-cols-5">
      {tiles.map((tile) => (
        <Tile key={tile.label} {...tile} />
      ))}
    </dl>
  )
}
