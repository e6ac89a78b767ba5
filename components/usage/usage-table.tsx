import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Link } from "@/components/ui/link.tsx"
import { Table, TableScroller, Tbody, Td, Th, Thead, Tr } from "@/components/ui/list/table.tsx"
import type { UsageRow } from "@/contract/index.ts"
import { formatCount, formatDuration, formatMoney, formatTokens } from "@/lib/format.ts"

interface UsageTableProps {
  id: string
  title: string
  /** Head of the first column. */
  what: string
  rows: readonly UsageRow[]
  /** The name of the row without a key. */
  nameless: string
  /** Where a row leads. */
  hrefOf?: (row: UsageRow) => string | null
}

/** Usage of a period by model, environment or person, the most expensive first. */
export function UsageTable({ id, title, what, rows, nameless, hrefOf = () => null }: UsageTableProps) {
  return (
    <Card aria-labelledby={id}>
      <CardHeader id={id} title={title} />
      <TableScroller label={`Table: ${title.toLowerCase()}`}>
        <Table>
          <Thead>
            <tr>
              <Th>{what}</Th>
              <Th numeric>Cost</Th>
              <Th numeric>Requests</Th>
              <Th numeric>Tokens in</Th>
              <Th numeric>Tokens out</Th>
              <Th numeric>Sandbox</Th>
            </tr>
          </Thead>
          <Tbody>
            {rows.map((row) => {
              const href = hrefOf(row)
              const name = row.key === "" ? nameless : (row.name ?? "Deleted")
              return (
                <Tr key={row.key}>
                  <Td className="break-anywhere min-w-40">
                    {href ? (
                      <Link href={href} className="link">
                        <bdi>{name}</bdi>
                      </Link>
                    ) : (
                      <bdi className={row.key === "" || row.name === null ? "text-muted-foreground" : undefined}>{name}</bdi>
                    )}
                  </Td>
                  <Td
                    numeric
                    title={row.unpriced_requests > 0 ? `${formatCount(row.unpriced_requests)} requests have no known price` : undefined}
                  >
                    {row.unpriced_requests > 0 ? (row.cost_usd > 0 ? `≥ ${formatMoney(row.cost_usd)}` : "–") : formatMoney(row.cost_usd)}
                  </Td>
                  <Td numeric>{formatCount(row.requests)}</Td>
                  <Td numeric>{formatTokens(row.prompt_tokens)}</Td>
                  <Td numeric>{formatTokens(row.completion_tokens)}</Td>
                  <Td numeric>{row.sandbox_seconds > 0 ? formatDuration(row.sandbox_seconds * 1000) : "–"}</Td>
                </Tr>
              )
            })}
          </Tbody>
        </Table>
      </TableScroller>
    </Card>
  )
}
