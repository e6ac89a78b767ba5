"use client"

import { useState } from "react"
import { axisOf } from "@/components/charts/axis.ts"
import { Ruler } from "@/components/charts/ruler.tsx"
import { SaveMenu } from "@/components/charts/save-menu.tsx"
import { runSubject } from "@/components/shared/run-facts.ts"
import { Button } from "@/components/ui/button.tsx"
import { Section } from "@/components/ui/section.tsx"
import type { Distribution, Evaluation, RunStatistics } from "@/contract/index.ts"
import { counted, formatCount, formatInterval, formatScore, intervalWords, metricLabel } from "@/lib/format.ts"

const metricsShown = 12

/** The mean of each metric on its axis, with its interval, its spread, and how many rollouts lack it. */
export function Metrics({ run, statistics }: { run: Evaluation; statistics: RunStatistics }) {
  const { metrics, samples } = statistics
  const [all, setAll] = useState(false)
  if (metrics.length === 0) return null
  const shown = all ? metrics : metrics.slice(0, metricsShown)
  const buttons = (
    <>
      {metrics.length > metricsShown && (
        <Button size="sm" variant="ghost" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `First ${metricsShown}` : `All ${metrics.length}`}
        </Button>
      )}
      <SaveMenu title="Metrics" subject={runSubject(run)} id={run.evaluation_id} chart={{ kind: "metrics", metrics: shown }} />
    </>
  )
  return (
    <Section id="metrics" title="Metrics" note="the mean over all rollouts, with its 95 % interval" action={buttons}>
      <table className="w-full text-left text-sm">
        <thead className="text-2xs text-muted-foreground">
          <tr>
            <th scope="col" className="h-6 font-medium">
              Metric
            </th>
            <th scope="col" className="w-2/5 font-medium max-sm:hidden">
              <span className="sr-only">On its axis</span>
            </th>
            <th scope="col" className="pl-3 text-right font-medium">
              Mean
            </th>
            <th scope="col" className="pl-3 text-right font-medium">
              95 %
            </th>
            <th scope="col" className="pl-3 text-right font-medium max-md:hidden">
              Std
            </th>
            <th scope="col" className="pl-3 text-right font-medium max-md:hidden">
              From – to
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((metric) => (
            <MetricRow key={metric.name} metric={metric} samples={samples} />
          ))}
        </tbody>
      </table>
    </Section>
  )
}

function MetricRow({ metric, samples }: { metric: Distribution; samples: number }) {
  const { name, mean, interval95: interval, min, max, std, count } = metric
  const label = metricLabel(name)
  const axis = axisOf([min, max])
  return (
    <tr className="tabular h-9 border-t">
      <th scope="row" className="max-w-48 pr-3 font-normal">
        <span className="block truncate font-mono text-xs" title={label}>
          <bdi>{label}</bdi>
        </span>
        {count < samples && (
          <span className="block text-2xs text-muted-foreground">{`missing in ${counted(samples - count, "rollout")}`}</span>
        )}
      </th>
      <td className="max-sm:hidden">
        <Ruler label={label} mean={mean} interval={interval} scale={{ min: axis.low, max: axis.high }} className="w-full" />
      </td>
      <td className="pl-3 text-right">{formatScore(mean)}</td>
      <td className="whitespace-nowrap pl-3 text-right text-muted-foreground" title={interval ? intervalWords(interval) : undefined}>
        {interval ? formatInterval(interval) : "–"}
      </td>
      <td className="pl-3 text-right text-muted-foreground max-md:hidden">{formatScore(std)}</td>
      <td className="whitespace-nowrap pl-3 text-right text-muted-foreground max-md:hidden">
        {`${formatScore(min)} – ${formatScore(max)}`}
        <span className="sr-only">{` over ${formatCount(count)} rollouts`}</span>
      </td>
    </tr>
  )
}
