import { Ruler } from "@/components/charts/ruler.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { EnvironmentResults as Results } from "@/contract/index.ts"
import { columnDecimals, formatCount, formatInColumn, formatInterval } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { resultsByModel } from "./results-by-model.ts"

interface EnvironmentResultsProps {
  results: Results
  /** The version that a run would use now: results on older ones step back. */
  version: string | null
}

/** As many runs as can be compared at once. */
const comparedMax = 10

/** What models reached on an environment, each mean on the same axis, with older versions of it below. */
export function EnvironmentResults({ results: { results, runs }, version }: EnvironmentResultsProps) {
  const models = resultsByModel(results)
  const means = results.flatMap(({ mean, interval95 }) => [mean, interval95?.low ?? mean, interval95?.high ?? mean])
  const scale = { min: Math.min(0, ...means), max: Math.max(1, ...means) }
  const decimals = columnDecimals(results.map(({ mean }) => mean))
  const newest = models.flatMap((model) => model.results.slice(0, 1).map((result) => result.evaluation_id)).slice(0, comparedMax)
  return (
    <Section
      id="results"
      title="Results by model"
      note={runs > 0 ? "the newest completed run of each model and version, over its own examples and arguments" : undefined}
      action={
        newest.length > 1 ? (
          <Link href={paths.compare(newest)} prefetch={false} className="link">
            Compare
          </Link>
        ) : undefined
      }
    >
      {models.length === 0 ? (
        <p className="text-muted-foreground text-sm">No run of this environment has been completed yet.</p>
      ) : (
        <ul>
          {models.map(({ model, results: versions }) => (
            <li key={model} className="border-b py-1.5 last:border-b-0">
              {versions.map((result, i) => (
                <div
                  key={result.evaluation_id}
                  className={cn(
                    "grid min-h-7 grid-cols-[minmax(0,1fr)_3.5rem] items-center gap-x-4 text-sm sm:grid-cols-[minmax(8rem,1fr)_4.5rem_minmax(6rem,14rem)_3.5rem]",
                    "xl:grid-cols-[minmax(8rem,1fr)_3.5rem_minmax(6rem,11rem)_3.5rem_6rem_8.5rem]",
                    result.version !== version && "text-muted-foreground",
                  )}
                >
                  <Link
                    href={paths.evaluation(result.evaluation_id)}
                    prefetch={false}
                    title={model}
                    aria-label={`${model} on version ${result.version ?? "unknown"}`}
                    className={cn("truncate font-mono text-xs hover:underline", i > 0 && "pl-4")}
                  >
                    <bdi>{i === 0 ? model : "earlier"}</bdi>
                  </Link>
                  <bdi className="truncate font-mono text-xs max-sm:hidden">{result.version ?? "–"}</bdi>
                  <Ruler
                    label={model}
                    mean={result.mean}
                    interval={result.interval95}
                    scale={scale}
                    className="w-full max-sm:order-last max-sm:col-span-2"
                  />
                  <span className="tabular text-right">{formatInColumn(result.mean, decimals)}</span>
                  <span className="tabular text-2xs text-muted-foreground max-xl:hidden">
                    {result.interval95 ? formatInterval(result.interval95) : ""}
                  </span>
                  <span className="tabular truncate text-right text-2xs text-muted-foreground max-xl:hidden">
                    {`${formatCount(result.examples)} ${result.examples === 1 ? "example" : "examples"}${result.has_arguments ? ", arguments" : ""}, `}
                    {result.completed_at && <TimeAgo at={result.completed_at} />}
                  </span>
                </div>
              ))}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
