import type { Distribution } from "@/contract/index.ts"
import { formatCount, formatScore } from "@/lib/format.ts"

/** A small sketch of a distribution; the text beside it has the numbers. */
export function MiniHistogram({ distribution }: { distribution: Distribution }) {
  const highest = Math.max(1, ...distribution.bins.map((bin) => bin.count))
  return (
    <div
      role="img"
      aria-label={`Distribution of ${distribution.name}: ${formatCount(distribution.count)} values from ${formatScore(distribution.min)} to ${formatScore(distribution.max)}, median ${formatScore(distribution.median)}`}
      className="flex h-10 items-end gap-px border-b"
    >
      {distribution.bins.map((bin) => (
        <span
          key={bin.from}
          className="flex h-full min-w-0 flex-1 items-end"
          title={`${formatScore(bin.from)} to ${formatScore(bin.to)}: ${formatCount(bin.count)}`}
        >
          <span
            className="w-full max-w-6 rounded-t-[1px] bg-chart-1"
            style={{ height: bin.count === 0 ? 0 : `max(2px, ${(bin.count / highest) * 100}%)` }}
          />
        </span>
      ))}
    </div>
  )
}
