import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import type { HeldLimit } from "@/contract/index.ts"
import { formatCount, formatMoney } from "@/lib/format.ts"

const words: Record<HeldLimit["scope"], string> = {
  account: "Of this account as a whole",
  member: "Of you in this team, set by an owner",
  person: "Of you on this platform, set by an admin",
}

/** The limits that hold for what the reader launches, beside the budget of the account, which has a card of its own. */
export function LimitsCard({ limits }: { limits: readonly HeldLimit[] }) {
  const shown = limits.filter(({ scope, runs_at_once }) => scope !== "account" || runs_at_once !== null)
  if (shown.length === 0) return null
  return (
    <Card aria-labelledby="limits">
      <CardHeader id="limits" title="Limits" />
      <CardBody>
        <dl className="grid grid-cols-1 gap-x-6 gap-y-1 text-sm sm:grid-cols-[auto_minmax(0,1fr)]">
          {shown.map((limit) => (
            <div key={limit.scope} className="contents">
              <dt className="text-muted-foreground">{words[limit.scope]}</dt>
              <dd>
                {[
                  limit.monthly_usd !== null && limit.scope !== "account"
                    ? `${formatMoney(limit.spent_usd)} of ${formatMoney(limit.monthly_usd)} spent this month`
                    : null,
                  limit.runs_at_once !== null ? `${formatCount(limit.runs_now)} of ${formatCount(limit.runs_at_once)} runs at once` : null,
                ]
                  .filter(Boolean)
                  .join(", ")}
              </dd>
            </div>
          ))}
        </dl>
      </CardBody>
    </Card>
  )
}
