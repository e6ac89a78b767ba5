import type { CSSProperties } from "react"
import { cn } from "@/components/ui/cn.ts"
import type { Interval95 } from "@/contract/index.ts"
import { formatInterval, formatScore } from "@/lib/format.ts"
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
  const words = [
    `${label}: mean ${formatScore(mean)}`,
    ...(interval ? [`95 % interval ${formatInterval(interval)}`] : []),
    ...(baseline === null || baseline === undefined ? [] : [`baseline ${formatScore(baseline)}`]),
  ].join(", ")
  const places = {
    "--mean": at(mean),
    "--mean-colour": rewardColour(at(mean)),
    ...(interval ? { "--low": at(interval.low), "--high": at(interval.high) } : {}),
    ...(baseline === null || baseline === undefined ? {} : { "--baseline": at(baseline), "--baseline-width": "1.5px" }),
  }
  return <span role="img" aria-label={words} title={words} className={cn("ruler", className)} style={places as CSSProperties} />
}
