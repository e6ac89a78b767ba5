"use client"

import { CircleStop, Trash2 } from "lucide-react"
import Link from "next/link"
import { usePathname, useSearchParams } from "next/navigation"
import { useEffect, useState } from "react"
import { RunDialog, type RunQuestion } from "@/components/shared/run-dialogs.tsx"
import { environmentOf, modelOf, sizeOf } from "@/components/shared/run-facts.ts"
import { RunProgress } from "@/components/shared/run-progress.tsx"
import { StatusBadge } from "@/components/shared/status-badge.tsx"
import { useRuns } from "@/components/shared/use-run.ts"
import { Badge } from "@/components/ui/badge.tsx"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { rowLink } from "@/components/ui/list/row-link.ts"
import { Table, TableScroller, Tbody, Td, Th, Thead, Tr } from "@/components/ui/list/table.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Evaluation, ListEvaluationsResponse } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount, formatMoney, formatScore, formatTokens } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { RunsFilters } from "./runs-filters.tsx"
import { hasFilters, type RunsQuery, runsHref, sortBy } from "./runs-search.ts"

interface RunsTableProps {
  initial: ListEvaluationsResponse
  /** When `initial` was read (milliseconds since 1970). Without it the list is read again at once. */
  initialAt?: number
  query: RunsQuery
  showEnvironment?: boolean
  /** Where a first run can be started. */
  launchHref?: string
}

/** Runs with filters, order and pages in the address, kept up to date while they are at work. */
export function RunsTable({ initial, initialAt = 0, query, showEnvironment = true, launchHref }: RunsTableProps) {
  const pathname = usePathname()
  const started = useSearchParams()
    .getAll("started")
    .flatMap((ids) => ids.split(","))
  const { list, error } = useRuns(query, { data: initial, at: initialAt })
  const [question, setQuestion] = useState<RunQuestion | null>(null)
  const runs = list.evaluations
  const models = [...new Set(runs.map(modelOf).filter((model) => model !== null))]
  const isEmpty = runs.length === 0

  if (isEmpty && !hasFilters(query) && query.skip === 0) return <NoRuns launchHref={launchHref} />
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <RunsFilters query={query} pathname={pathname} models={models} />
      <StartedNote runs={runs} started={started} />
      {error && (
        <p role="alert" className="break-anywhere text-danger text-sm">
          The list could not be read again: {error.message}
        </p>
      )}
      {isEmpty ? (
        <EmptyState
          title="No evaluation matches"
          action={
            <ButtonLink href={runsHref(pathname, query, { search: undefined, status: undefined, model: undefined, is_hosted: undefined })}>
              Clear filters
            </ButtonLink>
          }
        >
          Change or clear the filters to see others.
        </EmptyState>
      ) : (
        <>
          <WideTable
            runs={runs}
            query={query}
            pathname={pathname}
            started={started}
            showEnvironment={showEnvironment}
            onAsk={setQuestion}
          />
          <ul className="flex flex-col gap-2 md:hidden">
            {runs.map((run) => (
              <RunCard
                key={run.evaluation_id}
                run={run}
                isNew={started.includes(run.evaluation_id)}
                showEnvironment={showEnvironment}
                onAsk={setQuestion}
              />
            ))}
          </ul>
          <Pages query={query} pathname={pathname} shown={runs.length} total={list.total} />
        </>
      )}
      <RunDialog question={question} onClose={() => setQuestion(null)} />
    </div>
  )
}

interface WideTableProps {
  runs: Evaluation[]
  query: RunsQuery
  pathname: string
  started: string[]
  showEnvironment: boolean
  onAsk: (question: RunQuestion) => void
}

function WideTable({ runs, query, pathname, started, showEnvironment, onAsk }: WideTableProps) {
  const sort = (by: Parameters<typeof sortBy>[2]) => sortBy(pathname, query, by)
  return (
    <TableScroller label="Evaluations" className="max-md:hidden">
      <Table className="min-w-[61rem] table-fixed">
        <colgroup>
          <col className="w-48" />
          <col />
          <col className="w-36 xl:w-44" />
          <col className="w-22" />
          <col className="w-20" />
          <col className="w-20" />
          <col className="w-28" />
          <col className="w-11" />
        </colgroup>
        <Thead>
          <tr>
            <Th>Status</Th>
            <Th sort={sort("name")}>{showEnvironment ? "Name and environment" : "Name"}</Th>
            <Th sort={sort("model")}>Model</Th>
            <Th numeric sort={sort("avg_score")}>
              Reward
            </Th>
            <Th numeric title="Examples × rollouts per example">
              Size
            </Th>
            <Th numeric>Tokens</Th>
            <Th sort={sort("created_at")}>Created</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </tr>
        </Thead>
        <Tbody>
          {runs.map((run) => (
            <RunRow
              key={run.evaluation_id}
              run={run}
              isNew={started.includes(run.evaluation_id)}
              showEnvironment={showEnvironment}
              onAsk={onAsk}
            />
          ))}
        </Tbody>
      </Table>
    </TableScroller>
  )
}

interface RunProps {
  run: Evaluation
  isNew: boolean
  showEnvironment: boolean
  onAsk: (question: RunQuestion) => void
}

function RunRow({ run, isNew, showEnvironment, onAsk }: RunProps) {
  const model = modelOf(run)
  return (
    <Tr className={cn("h-15 cursor-pointer", isNew && "bg-accent/8 shadow-[inset_3px_0_0_var(--color-accent)]")} {...rowLink}>
      <Td>
        <div className="flex flex-col gap-0.5">
          <span className="flex items-center gap-1.5">
            <StatusBadge status={run.status} />
            <TypeBadge run={run} />
          </span>
          <RunProgress run={run} />
        </div>
      </Td>
      <Td>
        <NameLink run={run} isNew={isNew} />
        {showEnvironment && <EnvironmentLink run={run} className="text-muted-foreground text-xs" />}
      </Td>
      <Td>
        <span className="block truncate font-mono text-xs" title={model ?? undefined}>
          {model ?? "–"}
        </span>
      </Td>
      <Td numeric>
        <span className="block font-medium">{formatScore(run.avg_score)}</span>
        <span className="block text-muted-foreground text-xs">{`n ${formatCount(run.total_samples)}`}</span>
      </Td>
      <Td numeric className="text-muted-foreground">
        {sizeOf(run)}
      </Td>
      <Td numeric className="text-muted-foreground">
        <UsageText run={run} />
      </Td>
      <Td>
        <TimeAgo at={run.created_at} className="block truncate" />
        <span className="block truncate text-muted-foreground text-xs" title={run.created_by ?? undefined}>
          {run.created_by ? `by ${run.created_by}` : ""}
        </span>
      </Td>
      <Td className="px-2">
        <RowButton run={run} onAsk={onAsk} />
      </Td>
    </Tr>
  )
}

function RunCard({ run, isNew, showEnvironment, onAsk }: RunProps) {
  return (
    <li className={cn("flex min-w-0 flex-col gap-2 rounded-lg border bg-card p-3", isNew && "border-accent")} {...rowLink}>
      <div className="flex items-center gap-1.5">
        <StatusBadge status={run.status} />
        <TypeBadge run={run} />
        <span className="grow" />
        <RowButton run={run} onAsk={onAsk} />
      </div>
      <NameLink run={run} isNew={isNew} />
      <RunProgress run={run} />
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-sm">
        {showEnvironment && <Fact name="Environment" value={<EnvironmentLink run={run} />} />}
        <Fact name="Model" value={<span className="block truncate font-mono text-xs">{modelOf(run) ?? "–"}</span>} />
        <Fact name="Reward" value={`${formatScore(run.avg_score)} (n ${formatCount(run.total_samples)}, ${sizeOf(run)})`} />
        <Fact name="Created" value={<TimeAgo at={run.created_at} />} />
      </dl>
    </li>
  )
}

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="tabular min-w-0">{value}</dd>
    </>
  )
}

function NameLink({ run, isNew }: { run: Evaluation; isNew: boolean }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <Link
        href={paths.evaluation(run.evaluation_id)}
        data-row-link
        prefetch={false}
        title={run.name}
        className="min-h-6 truncate font-medium leading-6 hover:underline"
      >
        {run.name}
      </Link>
      {isNew && <Badge tone="accent">New</Badge>}
    </span>
  )
}

function EnvironmentLink({ run, className }: { run: Evaluation; className?: string }) {
  const { text, version, href } = environmentOf(run)
  const words = (
    <>
      {text}
      {version && <span className="text-muted-foreground">@{version}</span>}
    </>
  )
  const look = cn("block min-h-6 truncate leading-6", className)
  const title = version ? `${text}@${version}` : text
  if (!href)
    return (
      <span className={look} title={title}>
        {words}
      </span>
    )
  return (
    <Link href={href} prefetch={false} title={title} className={cn(look, "hover:underline")}>
      {words}
    </Link>
  )
}

const TypeBadge = ({ run }: { run: Evaluation }) => <Badge className="text-2xs">{run.is_hosted ? "HOSTED" : "LOCAL"}</Badge>

function UsageText({ run }: { run: Evaluation }) {
  const usage = run.usage
  if (!usage || usage.requests === 0) return <span>–</span>
  return (
    <span title={`${formatCount(usage.prompt_tokens)} prompt and ${formatCount(usage.completion_tokens)} completion tokens`}>
      <span className="block">{formatTokens(usage.prompt_tokens + usage.completion_tokens)}</span>
      <span className="block text-xs">{usage.cost_usd === null ? "" : formatMoney(usage.cost_usd)}</span>
    </span>
  )
}

function RowButton({ run, onAsk }: { run: Evaluation; onAsk: (question: RunQuestion) => void }) {
  const active = isActive(run.status)
  // A run that was pushed from elsewhere cannot be stopped from here.
  if (active && !run.is_hosted) return null
  const kind = active ? "stop" : "delete"
  const label = `${active ? "Stop" : "Delete"} ${run.name}`
  return (
    <Button
      variant="ghost"
      size="sm"
      icon
      aria-label={label}
      title={active ? "Stop" : "Delete"}
      className="text-muted-foreground"
      onClick={() => onAsk({ kind, run })}
    >
      {active ? <CircleStop aria-hidden /> : <Trash2 aria-hidden />}
    </Button>
  )
}

/** Says once, politely, that the runs that the launch form has just started are here. */
function StartedNote({ runs, started }: { runs: Evaluation[]; started: string[] }) {
  const [text, setText] = useState("")
  const names = runs.filter((run) => started.includes(run.evaluation_id)).map((run) => run.name)
  const words = names.length === 0 ? "" : `Started: ${names.join(", ")}`
  useEffect(() => {
    // A live region is read when its text changes after it is on the page.
    const timer = setTimeout(() => setText(words), 100)
    return () => clearTimeout(timer)
  }, [words])
  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  )
}

function Pages({ query, pathname, shown, total }: { query: RunsQuery; pathname: string; shown: number; total: number }) {
  const first = query.skip + 1
  const last = query.skip + shown
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center justify-between gap-2 text-muted-foreground text-sm">
      <span className="tabular">{`${formatCount(first)}–${formatCount(last)} of ${formatCount(total)}`}</span>
      {total > query.limit && (
        <span className="flex gap-2">
          {query.skip > 0 && (
            <ButtonLink href={runsHref(pathname, query, { skip: Math.max(0, query.skip - query.limit) })}>Previous</ButtonLink>
          )}
          {last < total && <ButtonLink href={runsHref(pathname, query, { skip: query.skip + query.limit })}>Next</ButtonLink>}
        </span>
      )}
    </nav>
  )
}

function NoRuns({ launchHref }: { launchHref: string | undefined }) {
  return (
    <EmptyState
      title="No evaluations yet"
      action={
        <ButtonLink href={launchHref ?? paths.environments} variant="primary">
          {launchHref ? "Run an evaluation" : "Choose an environment"}
        </ButtonLink>
      }
    >
      {launchHref
        ? "Runs of this environment appear here, hosted ones and those pushed from the command line."
        : "Choose an environment, a model and a few examples; the run appears here and shows what it does as it happens."}
    </EmptyState>
  )
}
