import { MiniHistogram } from "@/components/charts/mini-histogram.tsx"
import type { Distribution } from "@/contract/index.ts"
import { formatCount, formatScore } from "@/lib/format.ts"

/** One small card per metric. */
export function MetricCards({ metrics, samples }: { metrics: readonly Distribution[]; samples: number }) {
  if (metrics.length === 0) return null
  return (
    <section aria-labelledby="metrics" className="min-w-0">
      <h2 id="metrics" className="mb-2 font-medium text-sm">
        Metrics
      </h2>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,13rem),1fr))] gap-2">
        {metrics.map((metric) => (
          <li key={metric.name} className="flex min-w-0 flex-col gap-2 rounded-lg border bg-card px-3 py-2.5">
            <h3 className="truncate font-mono text-muted-foreground text-xs" title={metric.name}>
              {metric.name}
            </h3>
            <p className="tabular flex items-baseline justify-between gap-2">
              <span className="font-semibold text-base">
                {formatScore(metric.mean)}
                {metric.interval95 !== null && <span className="font-normal text-muted-foreground text-xs"> ± {formatScore(metric.interval95)}</span>}
              </span>
              {metric.count !== samples && (
                <span className="text-muted-foreground text-xs" title="Rollouts for which this metric was recorded">
                  {`${formatCount(metric.count)} of ${formatCount(samples)}`}
                </span>
              )}
            </p>
            <MiniHistogram distribution={metric} />
            <p className="tabular flex justify-between gap-2 text-muted-foreground text-xs">
              <span>std {formatScore(metric.std)}</span>
              <span>{`${formatScore(metric.min)} to ${formatScore(metric.max)}`}</span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
