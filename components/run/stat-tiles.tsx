import { countsOf, rolloutsOf } from "@/components/shared/run-facts.ts"
import { Tile, type TileProps } from "@/components/shared/tile.tsx"
import { Link } from "@/components/ui/link.tsx"
import type { Evaluation, RunStatistics } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount, formatDuration, formatInterval, formatMoney, formatScore, formatShare, intervalWords } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { costNote, tokenWords } from "./usage-notes.ts"

const warningOf = (part: number, whole: number): TileProps["warning"] =>
  whole === 0 || part / whole <= 0.1 ? "none" : part / whole <= 0.5 ? "some" : "much"

interface StatTilesProps {
  run: Evaluation
  statistics: RunStatistics
}

/** The numbers of a run at a glance. Every tile keeps its place while the run is active. */
export function StatTiles({ run, statistics }: StatTilesProps) {
  const { reward, examples, truncated, pass_at_k: curves } = statistics
  const { samples, errored } = countsOf(run, statistics)
  const id = run.evaluation_id
  const perExample = examples > 0 ? Number((statistics.samples / examples).toFixed(1)) : null
  const best = curves.at(-1)
  // Kept free from the start when the run will have it.
  const k = best?.k ?? (isActive(run.status) ? largestPower(rolloutsOf(run) ?? 1) : null)
  const interval = reward?.interval95
  const scored = statistics.reward_scored?.interval95
  const soFar = isActive(run.status) ? ", so far" : ""
  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4 2xl:grid-cols-8">
      <Tile
        label="Mean reward"
        value={
          <>
            {formatScore(reward?.mean)}
            {interval && <span className="font-normal text-muted-foreground text-sm">{` ${formatInterval(interval)}`}</span>}
          </>
        }
        note={
          samples === 0 ? "no rollouts yet" : `${formatCount(examples)} ${examples === 1 ? "example" : "examples"} × ${perExample}${soFar}`
        }
        help={`Over every rollout, errored ones with the reward that was recorded for them. ${interval ? `${intervalWords(interval)}.` : "An interval needs at least two examples."}`}
      />
      <Tile
        label="Without errors"
        value={
          <>
            {formatScore(statistics.reward_without_errors)}
            {scored && <span className="font-normal text-muted-foreground text-sm">{` ${formatInterval(scored)}`}</span>}
          </>
        }
        note={`${formatCount(Math.max(0, samples - errored))} rollouts`}
        help={`Mean reward of the rollouts that ended without an error. With 0 for each error it is ${formatScore(statistics.reward_errors_as_zero?.mean)}.`}
      />
      <ShareTile label="Errors" part={errored} whole={samples} href={paths.samples(id, { outcome: "error" })} />
      <ShareTile
        label="Truncated"
        part={truncated}
        whole={samples}
        href={paths.samples(id, { outcome: "truncated" })}
        help="Rollouts that a limit on tokens or context cut off."
      />
      {k !== null && (
        <Tile
          label={`pass@${k}`}
          value={formatScore(best?.pass_at)}
          note={best ? `all ${k} pass: ${formatScore(best.pass_all)}` : "after a whole example"}
          help={`${curves.map((curve) => `k = ${curve.k}: at least one passes ${formatScore(curve.pass_at)}, all pass ${formatScore(curve.pass_all)}. `).join("")}pass@k = 1 − C(n−c, k) / C(n, k) and pass^k = C(c, k) / C(n, k), averaged over examples with all their n rollouts, c of which have a reward of at least ${statistics.pass_threshold}.`}
        />
      )}
      <Tile label="Tokens" {...tokenWords(run)} />
      <Tile label="Cost" value={formatMoney(run.usage?.cost_usd)} note={costNote(run, samples)} />
      <Tile label="Median rollout" value={formatDuration(statistics.median_duration_ms)} note="generation and scoring" />
    </dl>
  )
}

interface ShareTileProps {
  label: string
  part: number
  whole: number
  /** The samples that are counted. */
  href: string
  help?: string
}

/** How many of all rollouts, with a warning when they are many. */
function ShareTile({ label, part, whole, href, ...rest }: ShareTileProps) {
  const words = `${formatCount(part)} of ${formatCount(whole)}`
  const note =
    part > 0 ? (
      <Link href={href} className="link">
        {words}
      </Link>
    ) : (
      words
    )
  return <Tile label={label} value={formatShare(part, whole)} warning={warningOf(part, whole)} note={note} {...rest} />
}

/** The largest power of two up to a number of rollouts; none for a single one. */
const largestPower = (rollouts: number): number | null => (rollouts < 2 ? null : 2 ** Math.floor(Math.log2(rollouts)))
