import type { UsageTotals } from "@/contract/index.ts"
import { formatCount, formatMoney } from "@/lib/format.ts"
import { Fact, FactCard } from "./fact-card.tsx"
import { meteredUsage } from "./usage.ts"

/** What the rollout's requests cost. */
export function MeteredCost({ usage }: { usage: UsageTotals }) {
  return (
    <FactCard title="Cost" open>
      <dl className="flex flex-col gap-1 text-sm">
        <Fact name="Cost" strong>
          <span className="tabular">{formatMoney(usage.cost_usd)}</span>
        </Fact>
        {meteredUsage(usage).map(({ label, count }) => (
          <Fact key={label} name={label}>
            <span className="tabular">{formatCount(count)}</span>
          </Fact>
        ))}
      </dl>
      <p className="mt-2 text-muted-foreground text-xs">As metered by the inference gateway, for this rollout's last attempt.</p>
    </FactCard>
  )
}
