import { axisOf } from "@/components/charts/axis.ts"
import { Ruler } from "@/components/charts/ruler.tsx"
import { Section } from "@/components/ui/section.tsx"
import type { MeanWithInterval, RunStatistics } from "@/contract/index.ts"
import { columnDecimals, formatCount, formatInColumn, formatInterval } from "@/lib/format.ts"

/** The mean in every reading of errors, and the share of errors, each with its interval. */
export function Means({ statistics }: { statistics: RunStatistics }) {
  const { reward, samples, errored, reward_scored: scored, reward_errors_as_zero: withZeros, error_rate: errors } = statistics
  if (!reward) return null
  const withoutErrors = samples - errored - (statistics.outcomes?.unscored ?? 0)
  const rows: { name: string; of: number; value: MeanWithInterval | null | undefined }[] = [
    { name: errored > 0 ? "Mean reward, as recorded" : "Mean reward", of: reward.count, value: reward },
    // Without errors all readings of them are the same.
    ...(errored > 0
      ? [
          { name: "… of rollouts without an error", of: withoutErrors, value: scored },
          { name: "… with errors as 0", of: withoutErrors + errored, value: withZeros },
        ]
      : []),
    { name: "Share of errors", of: samples, value: errors },
  ]
  const decimals = columnDecimals(rows.map(({ value }) => value?.mean))
  const axis = axisOf([reward.min, reward.max])
  return (
    <Section id="means" title="Means" note="with their 95 % intervals, on one axis">
      <table className="tabular w-full text-left text-sm">
        <thead className="text-2xs text-muted-foreground">
          <tr>
            <th scope="col" className="h-6 font-medium">
              What
            </th>
            <th scope="col" className="w-2/5 font-medium max-sm:hidden">
              <span className="sr-only">On the axis</span>
            </th>
            {["Mean", "95 %", "Rollouts"].map((name) => (
              <th key={name} scope="col" className="pl-3 text-right font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, of, value }, i) => (
            <tr key={name} className="h-8 border-t">
              <th scope="row" className="pr-3 font-normal">
                {name}
              </th>
              <td className="max-sm:hidden">
                {value && i < rows.length - 1 && (
                  <Ruler
                    label={name}
                    mean={value.mean}
                    interval={value.interval95}
                    scale={{ min: axis.low, max: axis.high }}
                    className="w-full"
                  />
                )}
              </td>
              <td className="pl-3 text-right">{formatInColumn(value?.mean, decimals)}</td>
              <td className="whitespace-nowrap pl-3 text-right text-muted-foreground">
                {value?.interval95 ? formatInterval(value.interval95) : "–"}
              </td>
              <td className="pl-3 text-right text-muted-foreground">{formatCount(of)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
