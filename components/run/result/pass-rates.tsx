import { PassChart } from "@/components/charts/pass-chart.tsx"
import { SaveMenu } from "@/components/charts/save-menu.tsx"
import { runSubject } from "@/components/shared/run-facts.ts"
import { Section } from "@/components/ui/section.tsx"
import type { Evaluation, Interval95, RunStatistics } from "@/contract/index.ts"
import { columnDecimals, formatCount, formatInColumn, formatInterval, formatScore } from "@/lib/format.ts"

/** pass@k and pass^k of every k as curves, and those of the powers of two in numbers. Nothing where no example has two rollouts. */
export function PassRates({ run, statistics }: { run: Evaluation; statistics: RunStatistics }) {
  const points = statistics.pass_at_k
  const last = points.at(-1)
  if (!last || last.k < 2) return null
  const listed = points.filter(({ k }) => Number.isInteger(Math.log2(k)) || k === last.k)
  const decimals = { at: columnDecimals(listed.map((point) => point.pass_at)), all: columnDecimals(listed.map((point) => point.pass_all)) }
  const uneven = points.some(({ examples }) => examples !== points[0]?.examples)
  return (
    <Section
      id="pass-rates"
      title="With several tries"
      note={`pass@k (solid): at least one of k rollouts has a reward of ${formatScore(statistics.pass_threshold)} or more · pass^k (dashed): all of them`}
      action={
        <SaveMenu
          title="Pass rates"
          subject={runSubject(run)}
          id={run.evaluation_id}
          chart={{ kind: "pass", points, threshold: statistics.pass_threshold }}
        />
      }
    >
      <div className="grid min-w-0 gap-x-8 gap-y-4 lg:grid-cols-[minmax(0,1fr)_auto] print:grid-cols-[minmax(0,1fr)_auto]">
        <PassChart points={points} />
        <div className="min-w-0 overflow-x-auto">
          <table className="tabular text-left text-xs">
            <thead className="text-2xs text-muted-foreground">
              <tr>
                {["k", "pass@k", "pass^k", ...(uneven ? ["Examples"] : [])].map((name) => (
                  <th key={name} scope="col" className="h-6 pr-6 font-medium">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {listed.map((point) => (
                <tr key={point.k} className="border-t">
                  <th scope="row" className="h-7 pr-6 font-normal">
                    {point.k}
                  </th>
                  <Share value={point.pass_at} decimals={decimals.at} interval={point.pass_at_interval95} />
                  <Share value={point.pass_all} decimals={decimals.all} interval={point.pass_all_interval95} />
                  {uneven && <td className="pr-6 text-muted-foreground">{formatCount(point.examples ?? 0)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </Section>
  )
}

interface ShareProps {
  value: number
  /** Those of the column. */
  decimals: number
  interval: Interval95 | null | undefined
}

function Share({ value, decimals, interval }: ShareProps) {
  return (
    <td className="whitespace-nowrap pr-6">
      {formatInColumn(value, decimals)}
      {interval && <span className="text-muted-foreground">{` ${formatInterval(interval)}`}</span>}
    </td>
  )
}
