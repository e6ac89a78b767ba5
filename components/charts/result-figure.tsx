import type { Distribution, Interval95 } from "@/contract/index.ts"
import { formatCount, formatInterval, formatScore } from "@/lib/format.ts"
import { type Axis, axisOf, percent, placeOn, ticksOf } from "./axis.ts"
import { rewardColour, rewardShare, type Scale } from "./reward-colour.ts"

interface ResultFigureProps {
  bins: Distribution["bins"]
  /** What the bins count, such as "examples". */
  counted: string
  /** Null while nothing has a reward yet: then the axis stands there alone. */
  mean: number | null
  interval: Interval95 | null
  /** The smallest and largest reward, for the colours. */
  scale: Scale
}

const plotPixels = 96
const markPixelsMax = 12
/** Marks that would be lower than this are drawn as bars. */
const markPixelsMin = 3

/** The result in one drawing: how many have which reward above the ground, and below it, on the same axis, the mean and its 95 % interval. */
export function ResultFigure({ bins, counted, mean, interval, scale }: ResultFigureProps) {
  const limits = interval ? [interval.low, interval.high] : []
  const axis = axisOf([...bins.flatMap(({ from, to }) => [from, to]), ...limits])
  const filled = bins.filter(({ count }) => count > 0)
  const tallest = Math.max(1, ...filled.map(({ count }) => count))
  const step = Math.min(markPixelsMax, plotPixels / tallest)
  const words = [
    `Distribution of the reward over ${formatCount(filled.reduce((sum, { count }) => sum + count, 0))} ${counted}`,
    ...(mean === null ? [] : [`mean ${formatScore(mean)}`]),
    ...(interval ? [`95 % interval ${formatInterval(interval)}`] : []),
  ].join(", ")
  return (
    <figure className="px-2">
      <div role="img" aria-label={words} className="relative" style={{ height: plotPixels + 40 }}>
        <div className="absolute inset-x-0 top-0 border-border-strong border-b" style={{ height: plotPixels }}>
          {filled.map((bin) => (
            <Column key={bin.from} bin={bin} axis={axis} scale={scale} step={step} counted={counted} width={100 / bins.length} />
          ))}
        </div>
        <div className="absolute inset-x-0" style={{ top: plotPixels + 6, height: 16 }}>
          {interval && (
            <span
              className="absolute top-1/2 h-1.5 min-w-1.5 -translate-y-1/2 rounded-full bg-foreground/20"
              style={{ left: percent(placeOn(interval.low, axis)), right: percent(1 - placeOn(interval.high, axis)) }}
            />
          )}
          {mean !== null && (
            <span
              className="absolute top-1/2 size-2.5 -translate-1/2 rounded-full bg-foreground"
              style={{ left: percent(placeOn(mean, axis)) }}
            />
          )}
        </div>
        <Ticks axis={axis} />
      </div>
      <table className="sr-only">
        <caption>{`Distribution of the reward over ${counted}`}</caption>
        <thead>
          <tr>
            <th scope="col">Reward</th>
            <th scope="col">How many</th>
          </tr>
        </thead>
        <tbody>
          {filled.map((bin) => (
            <tr key={bin.from}>
              <td>{rangeWords(bin)}</td>
              <td>{formatCount(bin.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}

type Bin = Distribution["bins"][number]

const rangeWords = ({ from, to }: Bin): string => (from === to ? formatScore(from) : `${formatScore(from)} to ${formatScore(to)}`)

interface ColumnProps {
  bin: Bin
  axis: Axis
  scale: Scale
  /** Pixels for each that is counted. */
  step: number
  counted: string
  /** Of the bin, in percent of the axis. */
  width: number
}

/** One bin: a mark for each that it counts, or a bar where they are many. One element either way. */
function Column({ bin, axis, scale, step, counted, width }: ColumnProps) {
  const middle = bin.from / 2 + bin.to / 2
  const colour = rewardColour(rewardShare(middle, scale))
  return (
    <span
      title={`${rangeWords(bin)}: ${formatCount(bin.count)} ${counted}`}
      className="absolute bottom-0 max-w-3.5 -translate-x-1/2 rounded-t-[1px]"
      style={{
        left: percent(placeOn(middle, axis)),
        width: `${Math.min(width * 0.8, 3).toFixed(2)}%`,
        height: Math.max(2, bin.count * step),
        background: step < markPixelsMin ? colour : `repeating-linear-gradient(to top, transparent 0 1px, ${colour} 1px ${step}px)`,
      }}
    />
  )
}

function Ticks({ axis }: { axis: Axis }) {
  return (
    <div aria-hidden className="tabular absolute inset-x-0 bottom-0 h-4 text-2xs text-muted-foreground">
      {ticksOf(axis).map((tick) => {
        const share = placeOn(tick, axis)
        // Labels at the ends stay inside.
        const shift = share < 0.03 ? "translate-x-0" : share > 0.97 ? "-translate-x-full" : "-translate-x-1/2"
        return (
          <span key={tick} className={`absolute bottom-0 whitespace-nowrap ${shift}`} style={{ left: percent(share) }}>
            {formatScore(tick)}
          </span>
        )
      })}
    </div>
  )
}
