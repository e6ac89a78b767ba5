import { Link } from "@/components/ui/link.tsx"
import { ActionsTh, Table, TableScroller, Tbody, Td, Th, Thead, Tr } from "@/components/ui/list/table.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { EnvironmentAction } from "@/contract/index.ts"
import { formatDuration } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { CheckBadge, isUnderWay } from "./check-badge.tsx"
import { RetryCheck } from "./retry-check.tsx"

interface ChecksTableProps {
  owner: string
  name: string
  checks: readonly EnvironmentAction[]
  canWrite: boolean
}

/** The checks of an environment's versions, newest first. */
export function ChecksTable({ owner, name, checks, canWrite }: ChecksTableProps) {
  return (
    <TableScroller label="Checks of this environment">
      <Table>
        <Thead>
          <tr>
            <Th>Status</Th>
            <Th>Check</Th>
            <Th>Version</Th>
            <Th>Trigger</Th>
            <Th>Started</Th>
            <Th numeric>Duration</Th>
            {canWrite && <ActionsTh />}
          </tr>
        </Thead>
        <Tbody>
          {checks.map((check) => (
            <Tr key={check.id}>
              <Td>
                <CheckBadge status={check.status} />
              </Td>
              <Td className="min-w-40">
                <Link href={paths.check(owner, name, check.id)} className="link font-medium">
                  {check.name}
                  <span className="sr-only"> of {versionOf(check)}, log</span>
                </Link>
                {check.error && <p className="line-clamp-2 max-w-md break-anywhere text-danger text-xs">{check.error}</p>}
              </Td>
              <Td className="whitespace-nowrap font-mono text-xs">
                {check.version.semantic_version}{" "}
                <span className="text-muted-foreground" title={check.version.content_hash}>
                  {check.version.content_hash.slice(0, 8)}
                </span>
              </Td>
              <Td className="whitespace-nowrap text-muted-foreground">{check.trigger.toLowerCase()}</Td>
              <Td className="whitespace-nowrap">
                <TimeAgo at={check.started_at ?? check.created_at} />
              </Td>
              <Td numeric className="whitespace-nowrap">
                {formatDuration(durationOf(check))}
              </Td>
              {canWrite && (
                <Td className="text-right">
                  {!isUnderWay(check.status) && (
                    <RetryCheck owner={owner} name={name} checkId={check.id}>
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
  )
}

/** The checked version as a person names it. */
export const versionOf = ({ version }: EnvironmentAction): string => version.semantic_version ?? version.content_hash.slice(0, 8)

/** Milliseconds; null while the check has not ended. */
export const durationOf = ({ started_at, completed_at }: EnvironmentAction): number | null =>
  started_at && completed_at ? Date.parse(completed_at) - Date.parse(started_at) : null
