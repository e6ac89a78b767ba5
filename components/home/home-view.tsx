"use client"

import { useEffect } from "react"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import { Sentence } from "@/components/ui/text/sentence.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Home, ListEvaluationsResponse } from "@/contract/index.ts"
import { useRuns } from "@/lib/live/use-run.ts"
import { paths } from "@/lib/paths.ts"
import { noteVisit } from "./actions.ts"
import { FirstSteps } from "./first-steps.tsx"
import { latestQuery, runningQuery } from "./home-queries.ts"
import { homeWords, newsWords } from "./home-words.ts"
import { RunLines } from "./run-lines.tsx"

interface HomeViewProps {
  /** Null on a platform that keeps no visits. */
  home: Home | null
  running: ListEvaluationsResponse
  latest: ListEvaluationsResponse
  /** When the lists were read (milliseconds since 1970). */
  readAt: number
}

/** What runs, what came out lately, and what is new since the reader's last visit. */
export function HomeView({ home, running: runningFirst, latest: latestFirst, readAt }: HomeViewProps) {
  const { list: running } = useRuns(runningQuery, { data: runningFirst, at: readAt })
  const { list: latest } = useRuns(latestQuery, { data: latestFirst, at: readAt })
  const keepsVisits = home !== null
  useEffect(() => {
    // A visit that is not noted is told of again next time: no reason to disturb the reader.
    if (keepsVisits) void noteVisit().catch(() => {})
  }, [keepsVisits])

  const since = home?.since ?? null
  const hasRuns = running.evaluations.length > 0 || latest.evaluations.length > 0
  const { says, rest } = homeWords(running.total, hasRuns, since)
  const steps = home?.steps && Object.values(home.steps).includes(false) ? home.steps : null
  return (
    <div className="flex min-w-0 flex-col gap-7 pt-2">
      <Sentence rest={rest} proof={since ? newsWords(since) : undefined}>
        {says}
      </Sentence>
      {steps && <FirstSteps done={steps} />}
      {running.evaluations.length > 0 && (
        <Section
          id="running"
          title="Under way"
          note={running.total > running.evaluations.length ? `the newest ${running.evaluations.length} of ${running.total}` : undefined}
        >
          <RunLines label="Runs under way" runs={running.evaluations} since={null} />
        </Section>
      )}
      {latest.evaluations.length > 0 && (
        <Section
          id="latest"
          title="Latest results"
          action={
            <Link href={paths.evaluations} className="text-accent hover:underline">
              All evaluations
            </Link>
          }
        >
          <RunLines label="Latest results" runs={latest.evaluations} since={since?.at ?? null} />
        </Section>
      )}
      {since && since.versions.length > 0 && (
        <Section id="versions" title="New versions" note="of your environments, since your last visit">
          <ul className="-mt-2.5">
            {since.versions.map(({ environment_id, owner, name, version, published_at }) => (
              <li key={`${environment_id} ${version}`} className="flex min-h-9 min-w-0 flex-wrap items-center gap-x-4 border-b text-sm">
                <Link href={paths.versions(owner, name)} className="min-w-0 truncate hover:underline">
                  <bdi>
                    {owner}/{name}
                  </bdi>
                </Link>
                <span className="font-mono text-xs">{version ?? "without a number"}</span>
                <span className="ml-auto text-muted-foreground text-xs">
                  <TimeAgo at={published_at} />
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  )
}
