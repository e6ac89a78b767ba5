import { PassChart } from "@/components/charts/pass-chart.tsx"
import { ResultFigure } from "@/components/charts/result-figure.tsx"
import { figureOf, resultSize } from "@/components/shared/runs/result.ts"
import { cn } from "@/components/ui/cn.ts"
import { Section } from "@/components/ui/section.tsx"
import { Sentence } from "@/components/ui/text/sentence.tsx"
import type { SharedRun } from "@/contract/index.ts"
import { formatCount, formatInterval, formatScore, metricLabel } from "@/lib/format.ts"

/** What a shared run says: the mean with its interval, the drawing that proves it, metrics and pass rates. */
export function SharedResult({ run }: { run: SharedRun }) {
  const { reward, metrics } = run
  const isOver = run.completed_at !== null
  const proof = [
    reward?.interval95 ? `95 % interval ${formatInterval(reward.interval95)} over ${resultSize(run)}.` : `${resultSize(run)}.`,
    ...(run.errored > 0 ? [`${formatCount(run.errored)} ${run.errored === 1 ? "rollout" : "rollouts"} with an error.`] : []),
    ...(isOver ? [] : ["The run is not over yet."]),
  ].join(" ")
  if (!reward)
    return (
      <Sentence proof={isOver ? "The run ended without a reward." : "The run has no rollout yet. Open this page again later."}>
        No result
      </Sentence>
    )
  return (
    <>
      <div className="flex flex-col gap-4">
        <Sentence proof={proof}>{`Scores ${formatScore(reward.mean)} on average`}</Sentence>
        <ResultFigure {...figureOf(run)} />
      </div>
      <Section id="metrics" title="Metrics">
        <div className="overflow-x-auto">
          <table className="w-full text-sm">
            <thead className="text-left text-2xs text-muted-foreground">
              <tr>
                <th scope="col" className="py-1.5 pr-4 font-normal">
                  Metric
                </th>
                {["Mean", "95 % interval", "Min", "Median", "Max"].map((title, i) => (
                  <th key={title} scope="col" className={cn("py-1.5 pl-4 text-right font-normal", i > 1 && "max-sm:hidden")}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="tabular">
              {[reward, ...metrics].map((one, i) => (
                <tr key={i === 0 ? "reward" : `metric ${one.name}`} className="border-t">
                  <th scope="row" className="break-anywhere min-w-28 py-1.5 pr-4 text-left font-normal">
                    <bdi>{i === 0 ? "Reward" : metricLabel(one.name)}</bdi>
                  </th>
                  <td className="py-1.5 pl-4 text-right">{formatScore(one.mean)}</td>
                  <td className="whitespace-nowrap py-1.5 pl-4 text-right text-muted-foreground">
                    {one.interval95 ? formatInterval(one.interval95) : "–"}
                  </td>
                  <td className="py-1.5 pl-4 text-right max-sm:hidden">{formatScore(one.min)}</td>
                  <td className="py-1.5 pl-4 text-right max-sm:hidden">{formatScore(one.median)}</td>
                  <td className="py-1.5 pl-4 text-right max-sm:hidden">{formatScore(one.max)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      {run.pass_at_k.length > 1 && (
        <Section
          id="pass-rates"
          title="Pass rates"
          note={`pass@k (solid) and pass^k (dashed); a rollout passes from ${formatScore(run.pass_threshold)} on`}
        >
          <PassChart points={run.pass_at_k} />
        </Section>
      )}
    </>
  )
}
