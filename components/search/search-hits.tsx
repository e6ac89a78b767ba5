import { outcomeLabels } from "@/components/shared/outcome-labels.ts"
import { Badge } from "@/components/ui/badge.tsx"
import { Link } from "@/components/ui/link.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { SearchHit } from "@/contract/index.ts"
import { formatCount, formatScore } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { hitHref, type SearchState } from "./runs-search-state.ts"

const placeWords: Record<SearchHit["where"], string> = {
  title: "title",
  message: "message",
  reasoning: "reasoning",
  call: "tool call",
  result: "tool result",
  error: "error",
  answer: "answer",
  log: "log line",
}

/** Hits of a search under the runs they are in. */
export function SearchHits({ hits, state }: { hits: readonly SearchHit[]; state: SearchState }) {
  return (
    <ul aria-label="Runs with hits" className="flex min-w-0 flex-col gap-4">
      {groupsOf(hits).map((group, i) => {
        const run = group[0] as SearchHit
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups are only added at the end
          <li key={i} className="min-w-0 overflow-hidden rounded-lg border bg-card">
            <div className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-0.5 border-b bg-muted/40 px-4 py-2 text-sm">
              <h2 className="break-anywhere font-medium">
                <Link href={paths.evaluation(run.evaluation_id)} className="hover:underline">
                  <bdi>{run.evaluation_name}</bdi>
                </Link>
              </h2>
              {run.sample === null && <Badge>Log</Badge>}
              {[run.environment, run.model].map(
                (fact) =>
                  fact !== null && (
                    <bdi key={fact} className="break-anywhere text-muted-foreground text-xs">
                      {fact}
                    </bdi>
                  ),
              )}
              <TimeAgo at={run.created_at} className="ml-auto text-muted-foreground text-xs max-sm:ml-0" />
            </div>
            <ul className="divide-y">
              {group.map((hit) => (
                <li key={`${hit.sample?.sample_id} ${hit.message} ${hit.where} ${hit.line} ${hit.before}`} className="min-w-0">
                  <Hit hit={hit} href={hitHref(hit, state)} />
                </li>
              ))}
            </ul>
          </li>
        )
      })}
    </ul>
  )
}

function Hit({ hit, href }: { hit: SearchHit; href: string }) {
  const { sample, message, line, where } = hit
  return (
    <Link
      href={href}
      data-hit
      className="flex min-w-0 flex-col gap-1 px-4 py-2 hover:bg-muted/60 focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-ring"
    >
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 text-muted-foreground text-xs">
        {sample ? (
          <>
            <span className="break-anywhere">
              Example <bdi>{sample.example_id}</bdi>
              {`, rollout ${sample.rollout_index + 1}`}
            </span>
            <span className="tabular">{`Reward ${formatScore(sample.reward)}`}</span>
            {sample.outcome !== "ok" && <span>{outcomeLabels[sample.outcome]}</span>}
            <span>
              {message === null ? placeWords[where] : `${placeWords[where]}${where === "message" ? "" : " in message"} ${message}`}
            </span>
          </>
        ) : (
          <span className="tabular">{`Line ${formatCount((line ?? 0) + 1)}`}</span>
        )}
      </span>
      <span className="break-anywhere line-clamp-3 font-mono text-foreground text-xs leading-5">
        <bdi>
          {hit.before}
          <mark className="rounded-xs bg-warning/25 text-foreground">{hit.match}</mark>
          {hit.after}
        </bdi>
      </span>
    </Link>
  )
}

/** Hits that follow each other and are in the same run's conversations, or in its log. */
function groupsOf(hits: readonly SearchHit[]): SearchHit[][] {
  const groups: SearchHit[][] = []
  for (const hit of hits) {
    const last = groups.at(-1)
    const before = last?.[0]
    if (last && before?.evaluation_id === hit.evaluation_id && (before.sample === null) === (hit.sample === null)) last.push(hit)
    else groups.push([hit])
  }
  return groups
}
