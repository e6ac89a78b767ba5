"use client"

import { Wrench } from "lucide-react"
import Link from "next/link"
import { ButtonLink } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import type { ErrorGroup, Evaluation, ListErrorGroupsResponse } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { fixHref } from "@/lib/launch-fix.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { paths } from "@/lib/paths.ts"
import { CodePlace } from "./code-place.tsx"
import { saidBy } from "./sample-problem.tsx"
import { samplesHref } from "./samples-search.ts"
import { type Seed, useRunPart } from "./use-run.ts"

interface ErrorGroupsProps {
  run: Evaluation
  seed: Seed<ListErrorGroupsResponse>
  active: boolean
}

/** What went wrong in rollouts, by cause: how often, an example of it, and what to do. Nothing when nothing went wrong. */
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
        action={<span className="tabular text-muted-foreground text-sm">{rollouts(affected)}</span>}
      />
      <ul>
        {groups.map((group) => (
          <Group key={group.class} run={run} group={group} />
        ))}
      </ul>
    </Card>
  )
}

const rollouts = (count: number): string => `${formatCount(count)} ${count === 1 ? "rollout" : "rollouts"}`

function Group({ run, group }: { run: Evaluation; group: ErrorGroup }) {
  const said = saidBy(group.first)
  const href = fixHref(run, group.fix)
  return (
    <li className="flex min-w-0 flex-col gap-2 border-b px-4 py-3 text-sm last:border-b-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="break-anywhere font-medium">{group.title}</h3>
        <Link href={samplesHref(run.evaluation_id, { error_class: group.class })} className="link tabular shrink-0">
          {rollouts(group.samples)}
        </Link>
      </div>
      <p className="break-anywhere max-w-prose">{`${group.explanation} ${group.advice}`}</p>
      {said && (
        <p className="break-anywhere min-w-0">
          <span className="line-clamp-3 font-mono text-muted-foreground text-xs leading-5">{said}</span>
        </p>
      )}
      {group.first.place && <CodePlace place={group.first.place} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        {href && group.fix && (
          <ButtonLink size="sm" href={href} className="h-auto min-h-7 max-w-full whitespace-normal py-1">
            <Wrench aria-hidden />
            {group.fix.label}
          </ButtonLink>
        )}
        <Link href={paths.sample(run.evaluation_id, group.sample_id)} className="link text-xs">
          The first of them
        </Link>
      </div>
    </li>
  )
}
