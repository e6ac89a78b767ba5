import { cn } from "@/components/ui/cn.ts"
import type { TrendPoint } from "@/contract/index.ts"
import { formatInterval, formatScore } from "@/lib/format.ts"
import { percent, placeOn, ticksOf } from "./axis.ts"
import { type PlacedPoint, seriesLooks, trendLines, trendWords } from "./trend-lines.ts"

/** The drawing's own units, stretched over its box. */
const [width, height] = [1000, 100]

type Look = (typeof seriesLooks)[number]
const lookOf = (i: number): Look => seriesLooks[i] as Look

/** The means of runs in their order, each with its interval, and lines between those that can be compared. A table of them belongs beside it. */
export function TrendChart({ points }: { points: readonly TrendPoint[] }) {
  const { axis, series, versions, left } = trendLines(points)
  return (
    <figure className="min-w-0">
      <div role="img" aria-label={trendWords(points)} className="pr-2 pb-6 pl-9">
        <div className="relative h-40 border-border-strong border-b">
          {ticksOf(axis).map((value) => (
            <span key={value} className="absolute inset-x-0 border-t" style={{ top: percent(1 - placeOn(value, axis)) }}>
              <span className="tabular absolute -top-2 -left-9 w-7 text-right text-2xs text-muted-foreground">{formatScore(value)}</span>
            </span>
          ))}
          {versions.map(({ x, version }) => (
            <span key={version} className="absolute inset-y-0 border-border-strong border-l border-dashed" style={{ left: percent(x) }}>
              <span className={cn("absolute top-full mt-1 font-mono text-2xs text-muted-foreground", x > 0.85 && "-translate-x-full")}>
                {version}
              </span>
            </span>
          ))}
          <svg
            aria-hidden
            viewBox={`0 0 ${width} ${height}`}
            preserveAspectRatio="none"
            className="absolute inset-0 size-full overflow-visible"
          >
            {series.flatMap(({ model, lines }, i) =>
              lines.map((line) => (
                <polyline
                  key={`${model} ${line[0]?.point.line}`}
                  points={line.map(({ x, y }) => `${x * width},${(1 - y) * height}`).join(" ")}
                  fill="none"
                  stroke="var(--foreground)"
                  strokeWidth="1.5"
                  strokeDasharray={lookOf(i).dashes}
                  vectorEffect="non-scaling-stroke"
                />
              )),
            )}
          </svg>
          {series.flatMap(({ points: own }, i) =>
            own.map((placed) => <Mark key={placed.point.evaluation_id} placed={placed} look={lookOf(i)} />),
          )}
        </div>
      </div>
      <figcaption className="flex flex-wrap gap-x-5 gap-y-1 text-xs">
        {series.map(({ model }, i) => (
          <span key={model} className="inline-flex min-w-0 items-center gap-2">
            <svg aria-hidden width="32" height="8" className="shrink-0">
              <line x1="0" x2="32" y1="4" y2="4" stroke="var(--foreground)" strokeWidth="1.5" strokeDasharray={lookOf(i).dashes} />
            </svg>
            <Dot look={lookOf(i)} className="-ml-7" />
            <bdi className="ml-3 min-w-0 truncate font-mono">{model}</bdi>
          </span>
        ))}
        {left > 0 && <span className="text-muted-foreground">{`${left} more in the table`}</span>}
      </figcaption>
    </figure>
  )
}

function Dot({ look, className }: { look: Look; className?: string }) {
  return (
    <span
      className={cn(
        "block size-2 shrink-0 border-[1.5px] border-foreground",
        look.isRound && "rounded-full",
        look.isHollow ? "bg-background" : "bg-foreground",
        className,
      )}
    />
  )
}

function Mark({ placed: { point, x, y, low, high }, look }: { placed: PlacedPoint; look: Look }) {
  const { model, version, mean, interval95 } = point
  const title = `${model}${version ? ` on ${version}` : ""}: ${formatScore(mean)}${interval95 ? `, ${formatInterval(interval95)}` : ""}`
  return (
    <>
      {low !== null && high !== null && (
        <span
          className="absolute w-1 -translate-x-1/2 rounded-full bg-foreground/20"
          style={{ left: percent(x), top: percent(1 - high), bottom: percent(low) }}
        />
      )}
      <span title={title} className="absolute -translate-1/2 p-1" style={{ left: percent(x), top: percent(1 - y) }}>
        <Dot look={look} />
      </span>
    </>
  )
}
