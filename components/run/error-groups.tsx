"use client"

import { ChevronRight } from "lucide-react"
import { CodePlace } from "@/components/shared/code-place.tsx"
import { problemLine } from "@/components/shared/sample-problem.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Link } from "@/components/ui/link.tsx"
import type { ErrorGroup, Evaluation, ListErrorGroupsResponse } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { type Seed, useRunPart } from "@/lib/live/use-run.ts"
import { paths } from "@/lib/paths.ts"
import { FixLink } from "./fix-link.tsx"

interface ErrorGroupsProps {
  run: Evaluation
  seed: Seed<ListErrorGroupsResponse>
  active: boolean
}

/** The errors of rollouts by cause, different exceptions apart: how often, one of them, and what to do. Nothing without errors. */
export function ErrorGroups({ run, seed, active }: ErrorGroupsProps) {
  const id = run.evaluation_id
  const { groups } = useRunPart(queryKeys.errorGroups(id), () => browserReads(id).errorGroups(), seed, active)
  if (groups.length === 0) return null
  const affected = groups.reduce((sum, group) => sum + group.samples, 0)
  return (
    <Card aria-labelledby="error-groups">
      <CardHeader
        id="error-groups"
        title="Errors by cause"
        action={
          <span className="tabular text-muted-foreground text-sm">{`${formatCount(affected)} of ${rollouts(Math.max(affected, run.total_samples))}`}</span>
        }
      />
      <ul>
        {groups.map((group, i) => (
          <Group key={`${group.class} ${group.key} ${group.sample_id}`} run={run} group={group} open={i < groupsOpen} />
        ))}
      </ul>
    </Card>
  )
}

/** The most frequent causes are shown at once, the others on demand. */
const groupsOpen = 2

const rollouts = (count: number): string => `${formatCount(count)} ${count === 1 ? "rollout" : "rollouts"}`

function Group({ run, group, open }: { run: Evaluation; group: ErrorGroup; open: boolean }) {
  const said = problemLine(group.first)
  return (
    <li className="flex min-w-0 items-start justify-between gap-4 border-b px-4 py-2.5 text-sm last:border-b-0">
      <details open={open} className="group min-w-0 grow">
        <summary className="flex min-h-6 list-none items-start gap-1.5 rounded-sm [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground transition-transform group-open:rotate-90" />
          <span className="min-w-0">
            <h3 className="break-anywhere font-medium">{group.title}</h3>
            {said && <span className="line-clamp-1 break-anywhere font-mono text-muted-foreground text-xs group-open:hidden">{said}</span>}
          </span>
        </summary>
        <div className="flex min-w-0 flex-col gap-2 pt-1 pb-1 pl-5.5">
          <p className="break-anywhere max-w-prose">{`${group.explanation} ${group.advice}`}</p>
          {said && (
            <p dir="auto" className="break-anywhere line-clamp-3 font-mono text-muted-foreground text-xs leading-5">
              {said}
            </p>
          )}
          {group.first.place && <CodePlace place={group.first.place} />}
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <FixLink run={run} fix={group.fix} size="sm" />
            <Link href={paths.sample(run.evaluation_id, group.sample_id)} className="link text-xs">
              The first of them
            </Link>
          </div>
        </div>
      </details>
      <Link
        href={paths.samples(run.evaluation_id, { cause: group.class, ...(group.key ? { group: group.key } : {}) })}
        aria-label={`${rollouts(group.samples)}: ${group.title}`}
        className="link tabular shrink-0 leading-6"
      >
        {rollouts(group.samples)}
      </Link>
    </li>
  )
}
