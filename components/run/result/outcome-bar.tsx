import { blockLook } from "@/components/charts/block-look.ts"
import { rewardColour } from "@/components/charts/reward-colour.ts"
import { Link } from "@/components/ui/link.tsx"
import type { RunStatistics } from "@/contract/index.ts"
import { formatCount, formatShare } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

interface Part {
  key: string
  /** After its count. */
  name: (count: number) => string
  count: number
  /** The filter of the samples that finds them; null where there is none. */
  filter: Record<string, string> | null
  background: string
}

const hatched = (colour: string) => `repeating-linear-gradient(45deg, ${colour} 0 3px, transparent 3px 5px)`

/** Every outcome that a rollout may have, in the order of the bar. */
function partsOf({ outcomes, pass_threshold: threshold }: RunStatistics): Part[] {
  if (!outcomes) return []
  const { pass, fail, truncated, error, unscored, highest_fail: highest } = outcomes
  const parts: Part[] = [
    { key: "pass", name: () => "pass", count: pass, filter: { outcome: "ok", min: String(threshold) }, background: rewardColour(1) },
    {
      key: "fail",
      name: () => "fail",
      count: fail,
      filter: highest === null ? null : { outcome: "ok", max: String(highest) },
      background: rewardColour(0),
    },
    {
      key: "truncated",
      name: () => "truncated",
      count: truncated,
      filter: { outcome: "truncated" },
      background: "var(--border-strong)",
    },
    {
      key: "error",
      name: (count) => (count === 1 ? "error" : "errors"),
      count: error,
      filter: { outcome: "error" },
      background: hatched("var(--danger)"),
    },
  ]
  const without: Part = { key: "unscored", name: () => "without a reward", count: unscored, filter: null, background: "var(--muted)" }
  return unscored > 0 ? [...parts, without] : parts
}

/** How all rollouts ended, as shares of one bar and as counts that lead to them: no outcome is averaged away. */
export function OutcomeBar({ runId, statistics }: { runId: string; statistics: RunStatistics }) {
  const parts = partsOf(statistics)
  const total = statistics.samples
  return (
    <div className="flex min-w-0 grow flex-wrap items-center gap-x-6 gap-y-2">
      <div aria-hidden className="flex h-2 min-w-48 grow basis-64 overflow-hidden rounded-[2px] bg-muted">
        {parts
          .filter(({ count }) => count > 0)
          .map(({ key, count, background }) => (
            <span key={key} className="min-w-0.5 border-background border-r last:border-r-0" style={{ flex: count, background }} />
          ))}
      </div>
      <ul aria-label="Outcomes" className="tabular flex flex-wrap gap-x-4 gap-y-1 text-muted-foreground text-xs">
        {parts.map(({ key, name, count, filter, background }) => {
          const words = `${formatCount(count)} ${name(count)}`
          return (
            <li key={key} className="flex items-center gap-1.5" title={formatShare(count, total)}>
              <span aria-hidden className={blockLook({ kind: "pending" }, "size-2").className} style={{ background }} />
              {count > 0 && filter ? (
                <Link href={paths.samples(runId, filter)} prefetch={false} className="hover:text-foreground hover:underline">
                  {words}
                </Link>
              ) : (
                words
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
