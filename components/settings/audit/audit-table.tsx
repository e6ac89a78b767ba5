import { Link } from "@/components/ui/link.tsx"
import { Table, TableScroller, Tbody, Td, Th, Thead, Tr } from "@/components/ui/list/table.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import { auditActions } from "@/contract/audit/actions.ts"
import type { AuditEntry } from "@/contract/index.ts"
import { paths } from "@/lib/paths.ts"

/** Entries of the audit log, newest first. */
export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <TableScroller label="Audit log">
      <Table>
        <Thead>
          <tr>
            <Th numeric>No.</Th>
            <Th>When</Th>
            <Th>Who</Th>
            <Th>What</Th>
            <Th>To what</Th>
            <Th>Details</Th>
          </tr>
        </Thead>
        <Tbody>
          {entries.map((entry) => (
            <Tr key={entry.seq}>
              <Td numeric title={`SHA-256 ${entry.hash}`}>
                {entry.seq}
              </Td>
              <Td className="whitespace-nowrap">
                <TimeAgo at={entry.at} />
              </Td>
              <Td className="min-w-28 max-w-48">
                <bdi className="break-anywhere">{entry.actor_name}</bdi>
              </Td>
              <Td className="min-w-40">
                {entry.action in auditActions ? auditActions[entry.action as keyof typeof auditActions] : entry.action}
              </Td>
              <Td className="min-w-40 max-w-72">
                <Target entry={entry} />
              </Td>
              <Td className="break-anywhere min-w-40 max-w-80 text-muted-foreground text-xs">{detailsOf(entry)}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </TableScroller>
  )
}

/** What it was done to, with a link where there is a page of it that may still be there. */
function Target({ entry: { action, target_kind, target_id, target_name } }: { entry: AuditEntry }) {
  const text = <bdi className="break-anywhere">{target_name ?? target_id}</bdi>
  const [owner, name] = target_kind === "environment" ? (target_name ?? "").split("/") : []
  const href = target_kind === "run" && target_id ? paths.evaluation(target_id) : owner && name ? paths.environment(owner, name) : null
  return href && !action.endsWith(".delete") ? (
    <Link href={href} className="link" prefetch={false}>
      {text}
    </Link>
  ) : (
    text
  )
}

const detailsOf = ({ details }: AuditEntry): string =>
  Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name.replaceAll("_", " ")}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ")
