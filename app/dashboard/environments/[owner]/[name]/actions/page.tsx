import type { Metadata } from "next"
import Link from "next/link"
import { CheckBadge, isUnderWay } from "@/components/environments/check-badge.tsx"
import { RefreshWhile } from "@/components/environments/refresh-while.tsx"
import { RetryCheck } from "@/components/environments/retry-check.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Table, TableScroller, Tbody, Td, Th, Thead, Tr } from "@/components/ui/list/table.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { formatDuration } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "../environment.ts"

export const metadata: Metadata = { title: "Actions" }

const perPage = 25

export default async function ActionsPage({
  params,
  searchParams,
}: EnvironmentParams & { searchParams: Promise<{ page?: string | string[] }> }) {
  const { owner, name } = await slugOf(params)
  const asked = Number((await searchParams).page)
  const page = Number.isSafeInteger(asked) && asked > 1 && asked < 4000 ? asked : 1
  const client = await api()
  const [reading, list] = await Promise.all([
    readEnvironment(owner, name),
    formAction(
      async () =>
        (await client.listEnvironmentActions({ params: { owner, name }, query: { limit: perPage, offset: (page - 1) * perPage } })).data,
    ),
  ])
  if (!reading.ok) return null
  const canWrite = reading.environment.can_write === true
  if (!list.ok) return <LoadError title="The actions could not be listed" message={list.message} />
  const { actions, total } = list.value
  const pages = Math.max(1, Math.ceil(total / perPage))
  const at = (to: number) => `${paths.checks(owner, name)}${to === 1 ? "" : `?page=${to}`}`
  return (
    <section aria-labelledby="actions" className="flex min-w-0 flex-col gap-3">
      <RefreshWhile active={actions.some((action) => isUnderWay(action.status))} />
      <div className="flex min-h-7 flex-wrap items-center justify-between gap-3">
        <div>
          <h2 id="actions" className="font-medium text-base">
            Actions
          </h2>
          <p className="text-muted-foreground text-xs">Each published version is installed and loaded once, to see whether it works.</p>
        </div>
        {canWrite && (
          <RetryCheck owner={owner} name={name} actionId={null}>
            Check the newest version again
          </RetryCheck>
        )}
      </div>
      {actions.length === 0 ? (
        <EmptyState
          title={page > 1 ? "There is no such page" : "No checks yet"}
          {...(page > 1 ? { action: <ButtonLink href={at(1)}>To the newest</ButtonLink> } : {})}
        >
          {page > 1 ? "The list is shorter than that." : "Publish a version, and its check appears here."}
        </EmptyState>
      ) : (
        <TableScroller label="Actions of this environment">
          <Table>
            <Thead>
              <tr>
                <Th>Status</Th>
                <Th>Action</Th>
                <Th>Version</Th>
                <Th>Trigger</Th>
                <Th>Started</Th>
                <Th numeric>Took</Th>
                {canWrite && (
                  <Th>
                    <span className="sr-only">What can be done</span>
                  </Th>
                )}
              </tr>
            </Thead>
            <Tbody>
              {actions.map((action) => (
                <Tr key={action.id}>
                  <Td>
                    <CheckBadge status={action.status} />
                  </Td>
                  <Td className="min-w-40">
                    <Link href={paths.check(owner, name, action.id)} className="link font-medium">
                      {action.name}
                      <span className="sr-only"> of {action.version.semantic_version ?? action.version.content_hash.slice(0, 8)}, log</span>
                    </Link>
                    {action.error && <p className="line-clamp-2 max-w-md break-anywhere text-danger text-xs">{action.error}</p>}
                  </Td>
                  <Td className="whitespace-nowrap font-mono text-xs">
                    {action.version.semantic_version}{" "}
                    <span className="text-muted-foreground" title={action.version.content_hash}>
                      {action.version.content_hash.slice(0, 8)}
                    </span>
                  </Td>
                  <Td className="whitespace-nowrap text-muted-foreground">{action.trigger.toLowerCase()}</Td>
                  <Td className="whitespace-nowrap">
                    <TimeAgo at={action.started_at ?? action.created_at} />
                  </Td>
                  <Td numeric className="whitespace-nowrap">
                    {action.started_at && action.completed_at
                      ? formatDuration(Date.parse(action.completed_at) - Date.parse(action.started_at))
                      : "–"}
                  </Td>
                  {canWrite && (
                    <Td className="text-right">
                      {!isUnderWay(action.status) && (
                        <RetryCheck owner={owner} name={name} actionId={action.id}>
                          Retry
                        </RetryCheck>
                      )}
                    </Td>
                  )}
                </Tr>
              ))}
            </Tbody>
          </Table>
        </TableScroller>
      )}
      {pages > 1 && actions.length > 0 && (
        <nav aria-label="Pages of actions" className="flex items-center justify-end gap-2 text-muted-foreground text-sm">
          {page > 1 && (
            <ButtonLink size="sm" href={at(page - 1)}>
              Newer
            </ButtonLink>
          )}
          <span className="tabular">
            Page {page} of {pages}
          </span>
          {page < pages && (
            <ButtonLink size="sm" href={at(page + 1)}>
              Older
            </ButtonLink>
          )}
        </nav>
      )}
    </section>
  )
}
