import type { Interval95 } from "@/contract/index.ts"
import { formatInterval, formatScore } from "@/lib/format.ts"
import { percent } from "./axis.ts"
import { rewardColour, rewardShare, type Scale } from "./reward-colour.ts"

interface RulerProps {
  /** What the mean is of, for screen readers. */
  label: string
  mean: number
  interval?: Interval95 | null | undefined
  /** The mean of the run that this one is compared with. */
  baseline?: number | null | undefined
  scale?: Scale
  className?: string
}

const unit: Scale = { min: 0, max: 1 }

/** A mean on its axis, 0 to 1 unless a scale says otherwise: the 95 % interval as a bar, the mean as a dot, a baseline as a tick. */
export function Ruler({ label, mean, interval, baseline, scale = unit, className = "w-40" }: RulerProps) {
  const at = (value: number) => rewardShare(value, scale)
  const colour = rewardColour(at(mean))
  const words = [
    `${label}: mean ${formatScore(mean)}`,
    ...(interval ? [`95 % interval ${formatInterval(interval)}`] : []),
    ...(baseline === null || baseline === undefined ? [] : [`baseline ${formatScore(baseline)}`]),
  ].join(", ")
  return (
    <span role="img" aria-label={words} title={words} className={`relative inline-block h-5 px-1.5 align-middle ${className}`}>
      <span className="relative block h-full">
        <span className="absolute inset-x-0 top-1/2 h-px bg-border" />
        {[0, 0.5, 1].map((share) => (
          <span key={share} className="absolute top-1/2 h-1.5 w-px -translate-y-1/2 bg-border-strong" style={{ left: percent(share) }} />
        ))}
        {interval && (
          <span
            className="absolute top-1/2 h-[5px] min-w-[5px] -translate-y-1/2 rounded-full opacity-40"
            style={{ left: percent(at(interval.low)), right: percent(1 - at(interval.high)), background: colour }}
          />
        )}
        {baseline !== null && baseline !== undefined && (
          <span className="absolute top-1/2 h-3.5 w-[1.5px] -translate-1/2 bg-foreground" style={{ left: percent(at(baseline)) }} />
        )}
        <span className="absolute top-1/2 size-2 -translate-1/2 rounded-full" style={{ left: percent(at(mean)), background: colour }} />
      </span>
    </span>
  )
}
