import type { Interval95 } from "@/contract/statistics/run-statistics.ts"
import { formatDifference, formatDifferences } from "@/contract/text/score-text.ts"

interface DifferenceRulerProps {
  /** What differs, for screen readers. */
  label: string
  difference: number
  interval: Interval95 | null
  /** How far the axis goes on either side of 0. */
  reach: number
  /** Names the ends and the middle of the axis below it. */
  hasLabels?: boolean
}

/** A difference on an axis around 0: the 95 % interval as a bar, the difference as a dot. In ink, since it is no reward. */
export function DifferenceRuler({ label, difference, interval, reach, hasLabels = false }: DifferenceRulerProps) {
  const at = (value: number) => `${(50 + 50 * Math.max(-1, Math.min(1, value / reach))).toFixed(2)}%`
  const words = `${label}: difference ${formatDifference(difference, interval)}${interval ? `, 95 % interval ${formatDifferences(interval)}` : ""}`
  return (
    <span className="block w-full min-w-0">
      <span role="img" aria-label={words} title={words} className="relative block h-5 w-full px-1.5">
        <span className="relative block h-full">
          <span className="absolute inset-x-0 top-1/2 h-px bg-border" />
          <span className="absolute top-0 bottom-0 left-1/2 w-px bg-border-strong" />
          {interval && (
            <span
              className="absolute top-1/2 h-[5px] min-w-[5px] -translate-y-1/2 rounded-full bg-foreground opacity-25"
              style={{ left: at(interval.low), right: `calc(100% - ${at(interval.high)})` }}
            />
          )}
          <span className="absolute top-1/2 size-2 -translate-1/2 rounded-full bg-foreground" style={{ left: at(difference) }} />
        </span>
      </span>
      {hasLabels && (
        <span aria-hidden className="tabular flex justify-between text-2xs text-muted-foreground">
          <span>{formatDifference(-reach)}</span>
          <span>0</span>
          <span>{formatDifference(reach)}</span>
        </span>
      )}
    </span>
  )
}

/** How far an axis for differences must go: a half, one, or what rewards of another range need. */
export function differenceReach(values: readonly number[]): number {
  const most = Math.max(0, ...values.map(Math.abs).filter(Number.isFinite))
  if (most <= 0.5) return 0.5
  if (most <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= most) ?? most
}
