"use client"

import { lazy, Suspense } from "react"
import type { Scale } from "@/components/charts/reward-colour.ts"
import { Link } from "@/components/ui/link.tsx"
import { Section } from "@/components/ui/section.tsx"
import { limitFailures } from "@/contract/failures/limits.ts"
import type { Evaluation, FailureFix, ListErrorGroupsResponse, RunStatistics } from "@/contract/index.ts"
import { permissions, refusalOf } from "@/contract/permissions.ts"
import { isActive } from "@/contract/run-states.ts"
import { counted, formatCount } from "@/lib/format.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { type Seed, useRunPart } from "@/lib/live/use-run.ts"
import { paths } from "@/lib/paths.ts"
import { FixLink } from "../fix-link.tsx"
import { lookOf } from "../rollouts/cell-look.ts"
import type { Cells } from "../rollouts/cells.ts"
import { upperFirst } from "../words.ts"
import { FindingRow, repeated } from "./finding-row.tsx"
import { foundRows, useFindings } from "./found-rows.tsx"

// With the words for every kind of failure, which a run without one does not need.
const ErrorRows = lazy(() => import("./error-rows.tsx").then((module) => ({ default: module.ErrorRows })))

interface StandsOutProps {
  run: Evaluation
  statistics: RunStatistics
  cells: Cells
  scale: Scale
  errors: Seed<ListErrorGroupsResponse>
}

/** What deserves a look, found from outcomes alone: errors by cause, cut answers, luck, what never works, and what was lost or refused. */
export function StandsOut({ run, statistics, cells, scale, errors }: StandsOutProps) {
  const id = run.evaluation_id
  const active = isActive(run.status)
  const { groups } = useRunPart(queryKeys.errorGroups(id), () => browserReads(id).errorGroups(), errors, active)
  const found = useFindings(id, !active && statistics.samples > 0)
  const rows = [
    ...(groups.length > 0
      ? [
          <Suspense key="errors">
            <ErrorRows run={run} groups={groups} />
          </Suspense>,
        ]
      : []),
    ...(statistics.truncated > 0 ? [<TruncatedRow key="truncated" run={run} count={statistics.truncated} />] : []),
    ...exampleRows(id, statistics, cells, scale),
    // After what is known at once: they come a moment later, and move nothing that is being read.
    ...foundRows(id, found),
    ...lostRows(run),
    ...refusedRows(run),
  ]
  if (rows.length === 0 && !active) return null
  return (
    <Section id="stands-out" title="What stands out" note="found from outcomes, without a model">
      {/* While a run is live there is room for the first rows, so that they move nothing. */}
      <ul className={active ? "min-h-22" : undefined}>
        {rows}
        {rows.length === 0 && <li className="py-2 text-muted-foreground text-sm">Nothing so far.</li>}
      </ul>
    </Section>
  )
}

function TruncatedRow({ run, count }: { run: Evaluation; count: number }) {
  const title = "cut off by a limit on tokens or context"
  return (
    <FindingRow
      count={counted(count, "rollout")}
      title={title}
      href={paths.samples(run.evaluation_id, { outcome: "truncated" })}
      blocks={repeated({ kind: "truncated" }, count)}
      action={<FixLink run={run} fix={longerAnswers(run)} size="sm" />}
    >
      {upperFirst(title)}
    </FindingRow>
  )
}

/** Twice the tokens for an answer, where the run limits them. */
function longerAnswers(run: Evaluation): FailureFix | null {
  const { max_tokens: limit } = (run.eval_config?.sampling_args ?? {}) as { max_tokens?: unknown }
  if (typeof limit !== "number") return null
  return { label: `Run again with ${limit * 2} max tokens`, set: { sampling_args: { max_tokens: limit * 2 } }, focus: "sampling_args" }
}

/** Examples that pass by luck, and those that never do. */
function exampleRows(id: string, statistics: RunStatistics, cells: Cells, scale: Scale) {
  const { sometimes = 0, never = 0, sometimes_first: lucky = [], never_first: hard = [] } = statistics.examples_by_pass ?? {}
  const row = (key: string, count: number, title: string, ids: readonly string[]) =>
    count === 0
      ? []
      : [
          <FindingRow
            key={key}
            count={counted(count, "example")}
            title={title}
            blocks={cells.cells
              .filter(({ example }) => example === ids[0])
              .slice(0, 5)
              .map((cell) => lookOf(cell, scale))}
          >
            {upperFirst(title)}: <ExampleLinks runId={id} ids={ids} more={count - ids.length} />
          </FindingRow>,
        ]
  return [...row("sometimes", sometimes, "pass in some rollouts and fail in others", lucky), ...row("never", never, "never pass", hard)]
}

function ExampleLinks({ runId, ids, more }: { runId: string; ids: readonly string[]; more: number }) {
  return (
    <>
      {ids.map((example, i) => (
        <span key={example}>
          {i > 0 && ", "}
          <Link href={paths.samples(runId, { example })} prefetch={false} className="link break-anywhere">
            <bdi>{example}</bdi>
          </Link>
        </span>
      ))}
      {more > 0 && ` and ${formatCount(more)} more`}
    </>
  )
}

/** Values of samples that could not be kept, as the run's metadata counts them. */
function lostRows(run: Evaluation) {
  const { count, first } = (run.metadata.lost_values ?? {}) as { count?: unknown; first?: unknown }
  if (typeof count !== "number" || count < 1) return []
  const title = count === 1 ? "One value could not be kept" : "Values could not be kept"
  return [
    <FindingRow key="lost" count={counted(count, "value")} title={title}>
      <h3>{title}</h3>
      <p className="break-anywhere max-w-prose text-muted-foreground">
        No numbers that can be kept, such as NaN, infinity or a negative count of tokens, they stand as null. A reward that is null does not
        count in the mean.
        {typeof first === "string" && ` The first is in ${first}.`}
      </p>
    </FindingRow>,
  ]
}

/** What the run's code was refused for want of a permission, when the run did not fail for it: code may swallow the refusal. */
function refusedRows(run: Evaluation) {
  const refused = permissions.filter(({ name }) => run.refused_permissions?.includes(name))
  if (refused.length === 0 || run.failure?.class === "missing_permission") return []
  const { title, advice } = limitFailures.missing_permission
  const fields = refused.map(({ field }) => field)
  const fix = {
    label: `Run again with ${refused.map(({ what }) => what).join(" and ")} allowed`,
    set: Object.fromEntries(fields.map((field) => [field, true])),
    focus: fields[0] ?? "",
  }
  return [
    <FindingRow
      key="refused"
      count={counted(refused.length, "permission")}
      title={title}
      action={<FixLink run={run} fix={fix} size="sm" />}
    >
      <h3>{title}</h3>
      <p className="break-anywhere max-w-prose text-muted-foreground">
        {[...refused.map(({ name }) => refusalOf(name)), advice].join(" ")}
      </p>
    </FindingRow>,
  ]
}
