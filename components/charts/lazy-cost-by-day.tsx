"use client"

import dynamic from "next/dynamic"
import { Skeleton } from "@/components/ui/skeleton.tsx"
import { formatMoney } from "@/lib/format.ts"
import type { CostOfDay } from "./cost-by-day.tsx"

const Chart = dynamic(() => import("./cost-by-day.tsx").then((module) => module.CostByDay), {
  ssr: false,
  loading: () => <Skeleton className="size-full" />,
})

/** What each day cost; screen readers get the same numbers in a table. */
export function LazyCostByDay({ days }: { days: CostOfDay[] }) {
  return (
    <figure>
      <div aria-hidden className="h-56">
        <Chart days={days} />
      </div>
      <figcaption className="mt-1 text-muted-foreground text-xs">US dollars per day (UTC).</figcaption>
      <table className="sr-only">
        <caption>Cost by day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Cost</th>
          </tr>
        </thead>
        <tbody>
          {days
            .filter(({ cost }) => cost > 0)
            .map(({ day, cost }) => (
              <tr key={day}>
                <td>{day}</td>
                <td>{formatMoney(cost)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  )
}
