import { DifferenceRuler, differenceReach } from "@/components/charts/difference-ruler.tsx"
import { Ruler } from "@/components/charts/ruler.tsx"
import { Link } from "@/components/ui/link.tsx"
import { verdictText } from "@/contract/compare/words.ts"
import type { ComparedRun, CompareResponse } from "@/contract/index.ts"
import { formatDifference, formatDifferences } from "@/contract/text/score-text.ts"
import { columnDecimals, formatInColumn, formatInterval } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

const row = "grid min-w-0 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 sm:grid-cols-[10rem_minmax(0,1fr)_9rem]"
const drawing = "max-sm:order-last max-sm:col-span-2"

/** Each run's mean on one axis, and below, on an axis of their own, how far the others are from the baseline. */
export function RunRulers({ runs }: Pick<CompareResponse, "runs">) {
  const means = runs.flatMap(({ mean, interval95 }) => [mean ?? 0, interval95?.low ?? 0, interval95?.high ?? 0])
  const scale = { min: Math.min(...means), max: Math.max(...means) }
  const decimals = columnDecimals(runs.map(({ mean }) => mean))
  const others = runs.filter(({ against_baseline: against }) => against && against.difference !== null)
  const reach = differenceReach(
    others.flatMap(({ against_baseline: against }) => [
      against?.difference ?? 0,
      against?.interval95?.low ?? 0,
      against?.interval95?.high ?? 0,
    ]),
  )
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <ul aria-label="Mean reward of each run" className="flex flex-col gap-1.5">
        {runs.map((run, i) => (
          <li key={run.evaluation_id} className={row}>
            <RunName run={run} note={i === 0 ? "baseline" : placesText(run, runs.length)} />
            <span className={drawing}>
              {run.mean !== null && (
                <Ruler
                  label={run.label}
                  mean={run.mean}
                  interval={run.interval95}
                  baseline={i > 0 ? runs[0]?.mean : null}
                  scale={scale}
                  className="w-full"
                />
              )}
            </span>
            <Numbers value={formatInColumn(run.mean, decimals)} note={run.interval95 ? formatInterval(run.interval95) : "no interval"} />
          </li>
        ))}
      </ul>
      {others.length > 0 && (
        <ul aria-label="Difference from the baseline" className="flex flex-col gap-1.5">
          {others.map((run, i) => {
            const against = run.against_baseline as NonNullable<ComparedRun["against_baseline"]>
            const difference = against.difference as number
            return (
              <li key={run.evaluation_id} className={row}>
                <span className="min-w-0 text-muted-foreground text-sm">
                  {others.length === 1 ? (
                    "Difference"
                  ) : (
                    <bdi title={run.label} className="block truncate font-mono text-xs">
                      {run.label}
                    </bdi>
                  )}
                  {others.length > 1 && <span className="block text-2xs">{verdictText[against.verdict]}</span>}
                </span>
                <span className={drawing}>
                  <DifferenceRuler
                    label={run.label}
                    difference={difference}
                    interval={against.interval95}
                    reach={reach}
                    hasLabels={i === others.length - 1}
                  />
                </span>
                <Numbers
                  value={formatDifference(difference, against.interval95)}
                  note={against.interval95 ? formatDifferences(against.interval95) : "no interval"}
                />
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}

function RunName({ run, note }: { run: ComparedRun; note: string | null }) {
  return (
    <span className="min-w-0">
      <Link
        href={paths.evaluation(run.evaluation_id)}
        title={run.name}
        className="block truncate rounded-sm font-mono text-xs hover:underline"
      >
        <bdi>{run.label}</bdi>
      </Link>
      {note && <span className="block text-2xs text-muted-foreground">{note}</span>}
    </span>
  )
}

const Numbers = ({ value, note }: { value: string; note: string }) => (
  <span className="tabular text-right">
    <span className="block text-sm">{value}</span>
    <span className="block text-2xs text-muted-foreground">{note}</span>
  </span>
)

/** Which places a run may have; said only where there are more than two. */
function placesText({ rank: { from, to } }: ComparedRun, count: number): string | null {
  if (count < 3) return null
  return from === to ? `place ${from}` : `place ${from} to ${to}`
}
