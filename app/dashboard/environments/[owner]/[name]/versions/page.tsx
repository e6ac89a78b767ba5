import type { Metadata } from "next"
import { CheckBadge } from "@/components/environments/check-badge.tsx"
import { DeleteVersion } from "@/components/environments/delete-version.tsx"
import { LoadError } from "@/components/shell/load-error.tsx"
import { Badge } from "@/components/ui/badge.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Link } from "@/components/ui/link.tsx"
import { ActionsTh, Table, TableScroller, Tbody, Td, Th, Thead, Tr } from "@/components/ui/list/table.tsx"
import { CopyButton } from "@/components/ui/text/copy-button.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"
import { type EnvironmentParams, readEnvironment, slugOf } from "../environment.ts"

export const metadata: Metadata = { title: "Versions" }

export default async function VersionsPage({ params }: EnvironmentParams) {
  const { owner, name } = await slugOf(params)
  const client = await api()
  const [reading, list, checks] = await Promise.all([
    readEnvironment(owner, name),
    formAction(async () => (await client.listEnvironmentVersions({ params: { owner, name } })).data.versions),
    formAction(async () => (await client.listEnvironmentActions({ params: { owner, name }, query: { limit: 100 } })).data.actions),
  ])
  if (!reading.ok) return null
  if (!list.ok) return <LoadError title="The versions could not be listed" message={list.message} />
  const versions = list.value
  const canWrite = reading.environment.can_write === true
  /** The newest check of a version: the list has the newest first. */
  const checkOf = (hash: string) => (checks.ok ? checks.value.find((check) => check.version.content_hash === hash) : undefined)
  return (
    <section aria-labelledby="versions" className="flex min-w-0 flex-col gap-3">
      <h2 id="versions" className="font-semibold text-sm">
        Versions
      </h2>
      {versions.length === 0 ? (
        <EmptyState title="No versions yet">Publish one with prime env push.</EmptyState>
      ) : (
        <TableScroller label="Versions of this environment">
          <Table>
            <Thead>
              <tr>
                <Th>Version</Th>
                <Th>Content hash</Th>
                <Th>Published</Th>
                <Th>Check</Th>
                {canWrite && <ActionsTh />}
              </tr>
            </Thead>
            <Tbody>
              {versions.map((version) => {
                const check = checkOf(version.content_hash)
                const status = version.action_status ?? check?.status
                const isLatest = version.id === reading.environment.version_id
                return (
                  <Tr key={version.id}>
                    <Td>
                      <span className="flex min-w-0 items-center gap-2">
                        <span className="break-anywhere font-mono text-xs">{version.semantic_version ?? version.version}</span>
                        {isLatest && <Badge tone="accent">Newest</Badge>}
                      </span>
                    </Td>
                    <Td className="whitespace-nowrap">
                      <span className="inline-flex items-center gap-1">
                        <code className="font-mono text-xs" title={version.content_hash}>
                          {version.content_hash.slice(0, 12)}
                        </code>
                        <CopyButton text={version.content_hash} label={`Copy the hash ${version.content_hash.slice(0, 8)}`} />
                      </span>
                    </Td>
                    <Td className="whitespace-nowrap">
                      <TimeAgo at={version.created_at} />
                    </Td>
                    <Td className="whitespace-nowrap">
                      {status && check ? (
                        <Link href={paths.check(owner, name, check.id)} className="inline-flex rounded-sm hover:underline">
                          <CheckBadge status={status} />
                          <span className="sr-only">, see its log</span>
                        </Link>
                      ) : status ? (
                        <CheckBadge status={status} />
                      ) : (
                        <span className="text-muted-foreground">Not checked</span>
                      )}
                    </Td>
                    {canWrite && (
                      <Td className="text-right">
                        <DeleteVersion
                          owner={owner}
                          name={name}
                          version={version.semantic_version ?? version.version}
                          hash={version.content_hash}
                          isLatest={isLatest}
                        />
                      </Td>
                    )}
                  </Tr>
                )
              })}
            </Tbody>
          </Table>
        </TableScroller>
      )}
    </section>
  )
}
