import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { columnDecimals, formatCount, formatInColumn } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

interface RunChooserProps {
  /** What is chosen already, the baseline first. */
  chosen: readonly Evaluation[]
  /** What could be compared with it, newest first. */
  candidates: readonly Evaluation[]
  /** The environment that these are of; null for any. */
  environment: string | null
  /** The address with one more run. */
  href: (id: string) => string
}

/** Recent runs, each a link that adds it to the comparison. */
export function RunChooser({ chosen, candidates, environment, href }: RunChooserProps) {
  const [baseline] = chosen
  const decimals = columnDecimals(candidates.map((run) => run.avg_score))
  if (candidates.length === 0)
    return (
      <EmptyState
        title={baseline ? "There is no other run to compare with" : "There are no runs to compare"}
        action={<ButtonLink href={paths.evaluations}>All evaluations</ButtonLink>}
      >
        {environment
          ? `Only runs of ${environment} are paired by its examples. Run it once more, with another model or setting.`
          : "Run an evaluation first."}
      </EmptyState>
    )
  return (
    <Section
      id="choose"
      title={baseline ? "Choose a run to compare" : "Choose the baseline"}
      note={[baseline && `beside ${baseline.name}`, environment && `runs of ${environment}`, "newest first"].filter(Boolean).join(" · ")}
    >
      <ul className="divide-y border-b">
        {candidates.map((run) => (
          <li key={run.evaluation_id}>
            <Link
              href={href(run.evaluation_id)}
              prefetch={false}
              className="grid min-h-9 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-2 py-1.5 text-sm hover:bg-muted/60 focus-visible:-outline-offset-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_5rem_5rem_7rem]"
            >
              <span className="truncate" title={run.name}>
                <bdi>{run.name}</bdi>
              </span>
              <span className="truncate font-mono text-muted-foreground text-xs max-sm:order-last">
                <bdi>{run.model_name ?? "–"}</bdi>
              </span>
              <span className="tabular text-right">{formatInColumn(run.avg_score, decimals)}</span>
              <span className="tabular text-right text-muted-foreground text-xs max-sm:hidden">{`n ${formatCount(run.total_samples)}`}</span>
              <TimeAgo at={run.created_at} className="text-right text-muted-foreground text-xs" />
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
