import type { RunStatistics } from "@/contract/index.ts"
import { formatScore } from "@/lib/format.ts"
import { percent } from "./axis.ts"

type Point = RunStatistics["pass_at_k"][number]

interface Curve {
  value: (point: Point) => number
  interval: (point: Point) => Point["pass_at_interval95"]
  colour: string
  dashes?: string
}

const curves: readonly Curve[] = [
  { value: (point) => point.pass_at, interval: (point) => point.pass_at_interval95, colour: "var(--foreground)" },
  { value: (point) => point.pass_all, interval: (point) => point.pass_all_interval95, colour: "var(--muted-foreground)", dashes: "4 3" },
]

/** The drawing's own units, stretched over its box. */
const [width, height] = [1000, 100]

/** pass@k (solid) and pass^k (dashed) over k, each in the band of its 95 % intervals. k doubles from step to step along the axis. */
export function PassChart({ points }: { points: readonly Point[] }) {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || last.k < 2) return null
  const share = (k: number) => Math.log2(k) / Math.log2(last.k)
  const at = (k: number, value: number) => `${(share(k) * width).toFixed(1)},${((1 - value) * height).toFixed(2)}`
  const words = `From k = 1 to ${last.k}, pass@k goes from ${formatScore(first.pass_at)} to ${formatScore(last.pass_at)}, pass^k from ${formatScore(first.pass_all)} to ${formatScore(last.pass_all)}`
  const labelled = points.filter(({ k }) => k === last.k || (Number.isInteger(Math.log2(k)) && share(k) < 0.94))
  return (
    <div className="pl-7">
      <div className="relative h-32 border-border-strong border-b">
        {[1, 0.5, 0].map((value) => (
          <span key={value} aria-hidden className="absolute inset-x-0 border-t" style={{ top: percent(1 - value) }}>
            <span className="tabular absolute -top-2 -left-7 w-5 text-right text-2xs text-muted-foreground">{value}</span>
          </span>
        ))}
        <svg
          role="img"
          aria-label={words}
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full overflow-visible"
        >
          {curves.map(({ value, interval, colour, dashes }) => {
            const banded = points.filter((point) => interval(point))
            const edge = (side: "low" | "high") => banded.map((point) => at(point.k, interval(point)?.[side] ?? 0))
            return (
              <g key={colour}>
                <polygon points={[...edge("high"), ...edge("low").reverse()].join(" ")} fill={colour} opacity="0.12" />
                <polyline
                  points={points.map((point) => at(point.k, value(point))).join(" ")}
                  fill="none"
                  stroke={colour}
                  strokeWidth="1.5"
                  strokeDasharray={dashes}
                  vectorEffect="non-scaling-stroke"
                />
              </g>
            )
          })}
        </svg>
      </div>
      <div aria-hidden className="tabular relative h-5 text-2xs text-muted-foreground">
        {labelled.map(({ k }) => (
          <span
            key={k}
            className={`absolute top-1 ${k === 1 ? "" : k === last.k ? "-translate-x-full" : "-translate-x-1/2"}`}
            style={{ left: percent(share(k)) }}
          >
            {k === 1 ? "k = 1" : k}
          </span>
        ))}
      </div>
    </div>
  )
}
