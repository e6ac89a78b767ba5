import { Ruler } from "@/components/charts/ruler.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import type { Leaderboards } from "@/contract/index.ts"
import { columnDecimals, formatCount, formatInColumn, formatInterval, formatMoney } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { isGiven, plainText } from "@/lib/run-config/values.ts"

const settingsShown = 6
/** As many runs as can be compared at once. */
const comparedMax = 10

/** Models in the places that they may have, on one board for each way to run the environment. Nothing where no run was chosen for it. */
export function Leaderboard({ boards }: { boards: Leaderboards["boards"] }) {
  return boards.map(({ settings, rows }, i) => {
    const ends = rows.flatMap(({ mean, interval95 }) => [mean, interval95?.low ?? mean, interval95?.high ?? mean])
    const scale = { min: Math.min(0, ...ends), max: Math.max(1, ...ends) }
    const decimals = columnDecimals(rows.map(({ mean }) => mean))
    const same = settings.filter(({ key, value }) => key !== "environment" && isGiven(value)).slice(0, settingsShown)
    return (
      <Section
        key={rows[0]?.evaluation_id}
        id={`leaderboard-${i}`}
        title="Leaderboard"
        note={same.map(({ label, value }) => `${label}: ${plainText(value)}`).join(" · ")}
        action={
          rows.length > 1 ? (
            <Link href={paths.compare(rows.slice(0, comparedMax).map((row) => row.evaluation_id))} prefetch={false} className="link">
              Compare
            </Link>
          ) : undefined
        }
      >
        <ol className="text-sm">
          {rows.map((row) => (
            <li
              key={row.evaluation_id}
              className="grid min-h-9 grid-cols-[3rem_minmax(0,1fr)_3.5rem] items-center gap-x-4 border-b last:border-b-0 sm:grid-cols-[3rem_minmax(8rem,1fr)_minmax(6rem,14rem)_3.5rem] xl:grid-cols-[3rem_minmax(8rem,1fr)_minmax(6rem,12rem)_3.5rem_6rem_5rem]"
            >
              <span className="tabular" title="The places that the model may have: others are surely better, or surely worse">
                {row.rank.from === row.rank.to ? row.rank.from : `${row.rank.from}–${row.rank.to}`}
              </span>
              <Link
                href={paths.evaluation(row.evaluation_id)}
                prefetch={false}
                title={row.model}
                className="truncate font-mono text-xs hover:underline"
              >
                <bdi>{row.model}</bdi>
              </Link>
              <Ruler
                label={row.model}
                mean={row.mean}
                interval={row.interval95}
                scale={scale}
                className="w-full max-sm:order-last max-sm:col-span-3"
              />
              <span className="tabular text-right">{formatInColumn(row.mean, decimals)}</span>
              <span className="tabular text-2xs text-muted-foreground max-xl:hidden">
                {row.interval95 ? formatInterval(row.interval95) : `${formatCount(row.examples)} examples`}
              </span>
              <span className="tabular text-right text-2xs text-muted-foreground max-xl:hidden" title="Cost of a rollout">
                {row.cost_usd_per_sample === null ? "" : formatMoney(row.cost_usd_per_sample)}
              </span>
            </li>
          ))}
        </ol>
      </Section>
    )
  })
}
