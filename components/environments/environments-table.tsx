"use client"

import { useQuery } from "@tanstack/react-query"
import Link from "next/link"
import { usePathname } from "next/navigation"
import { Badge } from "@/components/ui/badge.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { rowLink } from "@/components/ui/list/row-link.ts"
import { Table, TableScroller, Tbody, Td, Th, Thead, Tr } from "@/components/ui/list/table.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { EnvironmentRow, ListEnvironmentsResponse } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { formatCount } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { CheckBadge, isUnderWay } from "./check-badge.tsx"
import { EnvironmentsFilters } from "./environments-filters.tsx"
import { type EnvironmentsView, environmentsHref, hasFilters, toListQuery } from "./environments-search.ts"
import { Tags } from "./tags.tsx"

const whileCheckingMs = 3000

interface EnvironmentsTableProps {
  initial: ListEnvironmentsResponse
  /** When `initial` was read (milliseconds since 1970). */
  initialAt: number
  view: EnvironmentsView
  /** The reader's own name among the owners. */
  self: string | null
}

/** Environments with search, filters, order and pages in the address; asks again while a check is under way. */
export function EnvironmentsTable({ initial, initialAt, view, self }: EnvironmentsTableProps) {
  const pathname = usePathname()
  const query = toListQuery(view)
  const { data: list, error } = useQuery({
    queryKey: ["environments", query],
    queryFn: ({ signal }) => get("/environmentshub/", {}, query, signal),
    initialData: initial,
    initialDataUpdatedAt: initialAt,
    refetchInterval: ({ state }) => (state.data?.data.some((row) => isUnderWay(row.latest_ci_status)) ? whileCheckingMs : false),
  })
  const rows = list.data
  const owners = [...(self ? [self] : []), ...rows.map((row) => row.owner.name)]
  if (rows.length === 0 && !hasFilters(view) && view.page === 1) return <NoEnvironments />
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <EnvironmentsFilters view={view} owners={owners} />
      {error && (
        <p role="alert" className="break-anywhere text-danger text-sm">
          The list could not be read again: {error.message}
        </p>
      )}
      {rows.length === 0 ? (
        <NoMatch view={view} pathname={pathname} total={list.total_count} />
      ) : (
        <>
          <Rows rows={rows} view={view} pathname={pathname} />
          <Pages view={view} pathname={pathname} shown={rows.length} list={list} />
        </>
      )}
    </div>
  )
}

function Rows({ rows, view, pathname }: { rows: readonly EnvironmentRow[]; view: EnvironmentsView; pathname: string }) {
  const byName = view.sorting === "name" ? ("asc" as const) : view.sorting === "name-desc" ? ("desc" as const) : null
  return (
    <TableScroller label="Environments">
      <Table className="table-fixed">
        <Thead>
          <tr>
            <Th sort={{ href: environmentsHref(pathname, view, { sorting: byName === "asc" ? "name-desc" : "name" }), direction: byName }}>
              Environment
            </Th>
            <Th className="w-36 max-md:hidden">Version</Th>
            <Th className="w-36 max-sm:hidden">Check</Th>
            <Th numeric className="w-28 max-lg:hidden">
              Evaluations
            </Th>
            <Th className="w-40 max-sm:w-28">Last activity</Th>
          </tr>
        </Thead>
        <Tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} view={view} pathname={pathname} />
          ))}
        </Tbody>
      </Table>
    </TableScroller>
  )
}

function Row({ row, view, pathname }: { row: EnvironmentRow; view: EnvironmentsView; pathname: string }) {
  const { owner, name } = row
  return (
    <Tr className="cursor-pointer" {...rowLink}>
      <Td className="py-2">
        <div className="flex min-w-0 flex-col gap-1">
          <span className="flex min-w-0 items-center gap-2">
            <Link
              data-row-link
              href={paths.environment(owner.name, name)}
              title={`${owner.name}/${name}`}
              className="break-anywhere line-clamp-2 rounded-sm hover:underline"
            >
              <span className="text-muted-foreground">{owner.name}/</span>
              <span className="font-medium">{name}</span>
            </Link>
            {row.visibility === "PRIVATE" && <Badge>Private</Badge>}
          </span>
          {row.description && <span className="line-clamp-2 text-muted-foreground text-xs">{row.description}</span>}
          {row.latest_ci_status && (
            <span className="sm:hidden">
              <CheckBadge status={row.latest_ci_status} />
            </span>
          )}
          <Tags tags={row.tags} href={(tag) => environmentsHref(pathname, view, { tag })} current={view.tag} />
        </div>
      </Td>
      <Td className="max-md:hidden">
        <span className="block truncate font-mono text-xs" title={row.latest_version ?? undefined}>
          {row.latest_version ?? <span className="font-sans text-muted-foreground">Not published</span>}
        </span>
      </Td>
      <Td className="max-sm:hidden">
        {row.latest_ci_status ? <CheckBadge status={row.latest_ci_status} /> : <span className="text-muted-foreground">–</span>}
      </Td>
      <Td numeric className="max-lg:hidden">
        {row.evaluation_count === null || row.evaluation_count === undefined ? (
          <span className="text-muted-foreground">–</span>
        ) : row.evaluation_count === 0 ? (
          <span className="text-muted-foreground">0</span>
        ) : (
          <Link
            href={paths.environmentEvaluations(owner.name, name)}
            prefetch={false}
            className="rounded-sm hover:underline"
            aria-label={`${row.evaluation_count} evaluations of ${name}`}
          >
            {formatCount(row.evaluation_count)}
          </Link>
        )}
      </Td>
      <Td>
        <TimeAgo at={row.last_evaluation_at ?? row.updated_at} className="block truncate" />
        <span className="block truncate text-muted-foreground text-xs">{row.last_evaluation_at ? "evaluated" : "updated"}</span>
      </Td>
    </Tr>
  )
}

function Pages({
  view,
  pathname,
  shown,
  list,
}: {
  view: EnvironmentsView
  pathname: string
  shown: number
  list: ListEnvironmentsResponse
}) {
  const last = list.offset + shown
  return (
    <nav aria-label="Pages" className="flex min-h-8 flex-wrap items-center justify-between gap-2 text-muted-foreground text-sm">
      <span className="tabular">{`${formatCount(list.offset + 1)}–${formatCount(last)} of ${formatCount(list.total_count)}`}</span>
      {(view.page > 1 || last < list.total_count) && (
        <span className="flex gap-2">
          {view.page > 1 && <ButtonLink href={environmentsHref(pathname, view, { page: view.page - 1 })}>Previous</ButtonLink>}
          {last < list.total_count && <ButtonLink href={environmentsHref(pathname, view, { page: view.page + 1 })}>Next</ButtonLink>}
        </span>
      )}
    </nav>
  )
}

function NoMatch({ view, pathname, total }: { view: EnvironmentsView; pathname: string; total: number }) {
  if (total > 0)
    return (
      <EmptyState
        title="This page is past the end"
        action={<ButtonLink href={environmentsHref(pathname, view, { page: 1 })}>To the first page</ButtonLink>}
      >
        The list has only {formatCount(total)} {total === 1 ? "environment" : "environments"}.
      </EmptyState>
    )
  return (
    <EmptyState
      title="No environment matches"
      action={<ButtonLink href={environmentsHref(pathname, view, { search: "", owner: "", tag: "" })}>Clear the filters</ButtonLink>}
    >
      Nothing fits{view.search ? ` “${view.search}”` : ""}
      {view.owner ? ` of the owner ${view.owner}` : ""}
      {view.tag ? ` with the tag ${view.tag}` : ""}.
    </EmptyState>
  )
}

function NoEnvironments() {
  return (
    <EmptyState title="No environments yet">
      <p>Publish one with the prime CLI, from the folder of a verifiers environment:</p>
      <CodeBlock code="prime env push" label="publish command" className="mx-auto mt-3 max-w-xs text-left" />
    </EmptyState>
  )
}
