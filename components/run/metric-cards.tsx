"use client"

import { useState } from "react"
import { MiniHistogram } from "@/components/charts/mini-histogram.tsx"
import { Button } from "@/components/ui/button.tsx"
import type { Distribution } from "@/contract/index.ts"
import { formatCount, formatInterval, formatScore, intervalWords, metricLabel } from "@/lib/format.ts"

const metricsShown = 12

/** One small card per metric. */
export function MetricCards({ metrics, samples }: { metrics: readonly Distribution[]; samples: number }) {
  const [all, setAll] = useState(false)
  if (metrics.length === 0) return null
  return (
    <section aria-labelledby="metrics" className="min-w-0">
      <div className="mb-2 flex min-h-7 items-center justify-between gap-2">
        <h2 id="metrics" className="font-medium text-sm">
          Metrics
        </h2>
        {metrics.length > metricsShown && (
          <Button size="sm" variant="ghost" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? `First ${metricsShown}` : `All ${metrics.length}`}
          </Button>
        )}
      </div>
      <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-4 2xl:grid-cols-6">
        {(all ? metrics : metrics.slice(0, metricsShown)).map((metric) => (
          <li key={metric.name} className="flex min-w-0 flex-col gap-2 rounded-lg border bg-card px-3 py-2.5">
            <h3 className="truncate font-mono text-muted-foreground text-xs" title={metricLabel(metric.name)}>
              <bdi>{metricLabel(metric.name)}</bdi>
            </h3>
            <p className="tabular flex items-baseline justify-between gap-2">
              <span className="font-semibold text-base">
                {formatScore(metric.mean)}
                {metric.interval95 && (
                  <span className="font-normal text-muted-foreground text-xs" title={intervalWords(metric.interval95)}>
                    {` ${formatInterval(metric.interval95)}`}
                  </span>
                )}
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
