import type { ReactNode } from "react"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Moment } from "@/components/ui/text/time-ago.tsx"
import type { FormerInstance } from "@/contract/index.ts"

/** Instances that have ended, newest first. @param pager below them */
export function FormerInstancesCard({ instances, pager }: { instances: readonly FormerInstance[]; pager: ReactNode }) {
  return (
    <Card aria-labelledby="former-instances">
      <CardHeader id="former-instances" title="Ended" />
      <ul>
        {instances.map(({ id, name, createdAt, terminatedAt, totalBilledPrice, priceHr, endReason, status }) => (
          <li key={id} className="flex min-w-0 flex-wrap items-baseline gap-x-4 gap-y-0.5 border-b py-2 last:border-b-0">
            <bdi className="break-anywhere font-medium text-sm">{name}</bdi>
            <span className="text-muted-foreground text-xs">
              made <Moment at={createdAt} />
              {terminatedAt && (
                <>
                  , ended <Moment at={terminatedAt} />
                </>
              )}
              {priceHr > 0 && `, $${totalBilledPrice.toFixed(2)}`}
            </span>
            {endReason && (
              <span className={`break-anywhere text-xs ${status === "ERROR" ? "text-danger" : "text-muted-foreground"}`}>{endReason}</span>
            )}
          </li>
        ))}
      </ul>
      {pager}
    </Card>
  )
}
