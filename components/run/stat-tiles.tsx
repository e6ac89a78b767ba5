import { Info, TriangleAlert } from "lucide-react"
import Link from "next/link"
import type { ReactNode } from "react"
import { rolloutsOf } from "@/components/shared/run-facts.ts"
import { cn } from "@/components/ui/cn.ts"
import { Tooltip } from "@/components/ui/overlay/tooltip.tsx"
import type { Evaluation, RunStatistics, UsageTotals } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount, formatDuration, formatMoney, formatScore, formatTokens } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

interface TileProps {
  label: string
  value: ReactNode
  note: ReactNode
  /** What exactly the number is. */
  help?: string
  warning?: "none" | "some" | "much"
}

function Tile({ label, value, note, help, warning = "none" }: TileProps) {
  return (
    <div className="flex min-h-22 min-w-0 flex-col rounded-lg border bg-card px-3 py-2.5">
      <dt className="flex items-center gap-1 text-muted-foreground text-xs">
        {label}
        {help && (
          <Tooltip content={help}>
            <button type="button" aria-label={`What is ${label}?`} className="inline-flex rounded-sm">
              <Info aria-hidden className="size-3" />
            </button>
          </Tooltip>
        )}
      </dt>
      <dd
        className={cn(
          "tabular mt-0.5 flex items-center gap-1.5 font-semibold text-lg",
          warning === "some" && "text-warning",
          warning === "much" && "text-danger",
        )}
      >
        {warning !== "none" && <TriangleAlert aria-hidden className="size-4 shrink-0" />}
        <span className="break-anywhere">{value}</span>
      </dd>
      <dd className="tabular mt-auto text-muted-foreground text-xs">{note}</dd>
    </div>
  )
}

const percent = (part: number, whole: number): string => (whole === 0 ? "–" : `${Number(((part / whole) * 100).toFixed(1))}%`)
const warningOf = (part: number, whole: number): TileProps["warning"] =>
  whole === 0 || part / whole <= 0.1 ? "none" : part / whole <= 0.5 ? "some" : "much"

/** The numbers of a run at a glance. Every tile keeps its place while the run is under way. */
export function StatTiles({
  run,
  statistics,
  medianDurationMs,
}: {
  run: Evaluation
  statistics: RunStatistics
  medianDurationMs: number | null
}) {
  const { reward, samples, examples, errored, truncated, pass_at_k: curves } = statistics
  const id = run.evaluation_id
  const perExample = examples > 0 ? Number((samples / examples).toFixed(1)) : null
  const best = curves.at(-1)
  // Kept free from the start when the run will have it.
  const k = best?.k ?? (isActive(run.status) ? largestPower(rolloutsOf(run) ?? 1) : null)
  const interval = reward?.interval95
  const soFar = isActive(run.status) ? ", so far" : ""
  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4 2xl:grid-cols-8">
      <Tile
        label="Mean reward"
        value={
          <>
            {formatScore(reward?.mean)}
            {interval !== null && interval !== undefined && (
              <span className="font-normal text-base text-muted-foreground"> ± {formatScore(interval)}</span>
            )}
          </>
        }
        note={
          samples === 0 ? "no rollouts yet" : `${formatCount(examples)} ${examples === 1 ? "example" : "examples"} × ${perExample}${soFar}`
        }
        help={`Over every rollout, errored ones with the reward that was recorded for them. ${interval === null || interval === undefined ? "An interval needs at least two examples." : "± is the half width of the 95 % interval (Student's t), with the rollouts of one example counted as a cluster."}`}
      />
      <Tile
        label="Without errors"
        value={formatScore(statistics.reward_without_errors)}
        note={`${formatCount(Math.max(0, samples - errored))} rollouts`}
        help="Mean reward of the rollouts that ended without an error."
      />
      <Tile
        label="Errors"
        value={percent(errored, samples)}
        warning={warningOf(errored, samples)}
        note={
          errored > 0 ? (
            <Link href={`${paths.samples(id)}?outcome=error`} className="link">
              {`${formatCount(errored)} of ${formatCount(samples)}`}
            </Link>
          ) : (
            `0 of ${formatCount(samples)}`
          )
        }
      />
      <Tile
        label="Truncated"
        value={percent(truncated, samples)}
        warning={warningOf(truncated, samples)}
        note={
          truncated > 0 ? (
            <Link href={`${paths.samples(id)}?outcome=truncated`} className="link">
              {`${formatCount(truncated)} of ${formatCount(samples)}`}
            </Link>
          ) : (
            `0 of ${formatCount(samples)}`
          )
        }
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
      <Tile
        label="Tokens"
        value={run.usage && isMetered(run) ? formatTokens(run.usage.prompt_tokens + run.usage.completion_tokens) : "–"}
        note={run.usage && isMetered(run) ? tokensNote(run.usage) : unmetered(run)}
      />
      <Tile label="Cost" value={formatMoney(run.usage?.cost_usd)} note={costNote(run, samples)} />
      <Tile label="Median rollout" value={formatDuration(medianDurationMs)} note="generation and scoring" />
    </dl>
  )
}

/** Requests to an endpoint of the run's own do not pass the platform. */
const isMetered = (run: Evaluation): boolean => run.is_hosted && (!run.eval_config?.api_base_url || (run.usage?.requests ?? 0) > 0)
const unmetered = (run: Evaluation): string => (isMetered(run) ? "no requests yet" : "not metered here")

function tokensNote({ prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens }: UsageTotals): string {
  const part = (tokens: number, what: string) => (tokens > 0 ? ` (${formatTokens(tokens)} ${what})` : "")
  return `${formatTokens(prompt_tokens)} in${part(cached_tokens, "cached")}, ${formatTokens(completion_tokens)} out${part(reasoning_tokens, "reasoning")}`
}

/** The largest power of two up to a number of rollouts; none for a single one. */
const largestPower = (rollouts: number): number | null => (rollouts < 2 ? null : 2 ** Math.floor(Math.log2(rollouts)))

function costNote(run: Evaluation, samples: number): string {
  if (!run.usage) return unmetered(run)
  if (run.usage.cost_usd === null) return "no price is known"
  if (run.usage.sandbox_cost_usd) return `for ${formatDuration((run.usage.sandbox_seconds ?? 0) * 1000)} of its sandbox`
  return samples > 0 ? `${formatMoney(run.usage.cost_usd / samples)} per rollout` : "so far"
}
