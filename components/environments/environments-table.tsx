"use client"

import { useQuery } from "@tanstack/react-query"
import { usePathname } from "next/navigation"
import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { Pager } from "@/components/ui/list/pager.tsx"
import { Table, TableScroller, Tbody, Th, Thead } from "@/components/ui/list/table.tsx"
import type { ListEnvironmentsResponse } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { asBrowserTime } from "@/lib/clock.ts"
import { isUnderWay } from "./check-badge.tsx"
import { EnvironmentRow } from "./environment-row.tsx"
import { type EnvironmentsSearch, environmentsSearch, sortByName, toEnvironmentsQuery } from "./environments-search.ts"
import { NoEnvironments, NoMatch } from "./no-environments.tsx"

const whileCheckingMs = 3000

interface EnvironmentsTableProps {
  initial: ListEnvironmentsResponse
  /** When `initial` was read (milliseconds since 1970). */
  initialAt: number
  state: EnvironmentsSearch
  /** The reader's own name among the owners. */
  self: string | null
}

/** Environments with search, filters, order and pages in the address; read again while a check is active. */
export function EnvironmentsTable({ initial, initialAt, state, self }: EnvironmentsTableProps) {
  const pathname = usePathname()
  const query = toEnvironmentsQuery(state)
  const { data: list, error } = useQuery({
    queryKey: ["environments", query],
    queryFn: ({ signal }) => get("/environmentshub/", {}, query, signal),
    initialData: initial,
    initialDataUpdatedAt: asBrowserTime(initialAt),
    refetchInterval: ({ state }) => (state.data?.data.some((row) => isUnderWay(row.latest_ci_status)) ? whileCheckingMs : false),
  })
  const rows = list.data
  if (rows.length === 0 && !environmentsSearch.hasFilters(state) && state.page === 1) return <NoEnvironments />
  const owners = [...(self ? [self] : []), ...rows.map((row) => row.owner.name)].sort()
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <FilterBar
        label="Filter environments"
        search={environmentsSearch}
        options={{ owner: Object.fromEntries(owners.map((owner) => [owner, owner])) }}
      />
      {error && (
        <p role="alert" className="break-anywhere text-danger text-sm">
          The list could not be read again: {error.message}
        </p>
      )}
      {rows.length === 0 ? (
        <NoMatch state={state} pathname={pathname} total={list.total_count} />
      ) : (
        <>
          <TableScroller label="Environments">
            <Table className="table-fixed">
              <Thead>
                <tr>
                  <Th sort={sortByName(pathname, state)}>Environment</Th>
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
                  <EnvironmentRow key={row.id} row={row} state={state} pathname={pathname} />
                ))}
              </Tbody>
            </Table>
          </TableScroller>
          <Pager
            skipped={list.offset}
            shown={rows.length}
            total={list.total_count}
            page={state.page}
            hrefOf={(page) => environmentsSearch.href(pathname, state, { page })}
          />
        </>
      )}
    </div>
  )
}
