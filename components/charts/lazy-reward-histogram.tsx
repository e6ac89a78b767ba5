"use client"

import dynamic from "next/dynamic"
import { Skeleton } from "@/components/ui/skeleton.tsx"
import type { Distribution } from "@/contract/index.ts"
import { formatCount, formatScore } from "@/lib/format.ts"

const Chart = dynamic(() => import("./reward-histogram.tsx").then((module) => module.RewardHistogram), {
  ssr: false,
  loading: () => <Skeleton className="size-full" />,
})

/** Histogram of rewards; screen readers get the same numbers in a table. */
export function LazyRewardHistogram({ distribution }: { distribution: Distribution }) {
  return (
    <figure>
      <div aria-hidden className="h-60">
        <Chart distribution={distribution} />
      </div>
      <figcaption className="mt-1 text-muted-foreground text-xs">Rewards of all rollouts; the dashed line is the mean.</figcaption>
      <table className="sr-only">
        <caption>Distribution of the reward</caption>
        <thead>
          <tr>
            <th scope="col">Reward</th>
            <th scope="col">Rollouts</th>
          </tr>
        </thead>
        <tbody>
          {distribution.bins.map((bin) => (
            <tr key={bin.from}>
              <td>{`${formatScore(bin.from)} to ${formatScore(bin.to)}`}</td>
              <td>{formatCount(bin.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
