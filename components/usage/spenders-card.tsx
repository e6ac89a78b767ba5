"use client"

import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Table, TableScroller, Tbody, Td, Th, Thead, Tr } from "@/components/ui/list/table.tsx"
import type { Spender } from "@/contract/index.ts"
import { formatCount, formatDuration, formatMoney, formatTokens } from "@/lib/format.ts"
import { LimitsDialog } from "./limits-dialog.tsx"

interface SpendersCardProps {
  id: string
  title: string
  /** Head of the first column. */
  what: "Person" | "Team"
  rows: readonly Spender[]
  /** The team whose members these are; null for people or teams of the whole platform. */
  teamId: string | null
}

/** What people or teams used in a period, what they may spend and run at once, and how much of that is used. */
export function SpendersCard({ id, title, what, rows, teamId }: SpendersCardProps) {
  const [changing, setChanging] = useState<Spender | null>(null)
  return (
    <Card aria-labelledby={id}>
      <CardHeader id={id} title={title} />
      <TableScroller label={`Table: ${title.toLowerCase()}`}>
        <Table>
          <Thead>
            <tr>
              <Th>{what}</Th>
              <Th numeric>Cost</Th>
              <Th numeric>Tokens</Th>
              <Th numeric>Sandbox</Th>
              <Th numeric>Runs</Th>
              <Th numeric>This month</Th>
              <Th numeric>Runs now</Th>
              <Th>
                <span className="sr-only">Limits</span>
              </Th>
            </tr>
          </Thead>
          <Tbody>
            {rows.map((row) => (
              <Tr key={row.id}>
                <Td className="break-anywhere min-w-40">
                  <bdi>{row.name}</bdi>
                </Td>
                <Td numeric>{formatMoney(row.cost_usd)}</Td>
                <Td numeric>{formatTokens(row.prompt_tokens + row.completion_tokens)}</Td>
                <Td numeric>{row.sandbox_seconds > 0 ? formatDuration(row.sandbox_seconds * 1000) : "–"}</Td>
                <Td numeric>{formatCount(row.runs)}</Td>
                <Td numeric>
                  <Share used={row.limit.spent_usd} of={row.limit.monthly_usd} format={formatMoney} />
                </Td>
                <Td numeric>
                  <Share used={row.limit.runs_now} of={row.limit.runs_at_once} format={formatCount} />
                </Td>
                <Td className="text-right">
                  {row.may_change && (
                    <Button size="sm" aria-label={`Limits of ${row.name}`} onClick={() => setChanging(row)}>
                      Limits…
                    </Button>
                  )}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      </TableScroller>
      {changing && (
        <LimitsDialog
          key={changing.id}
          spender={changing}
          of={
            what === "Team"
              ? { team_id: changing.id }
              : teamId === null
                ? { user_id: changing.id }
                : { team_id: teamId, user_id: changing.id }
          }
          onClose={() => setChanging(null)}
        />
      )}
    </Card>
  )
}

/** How much of a limit is used; red where nothing is left. */
function Share({ used, of, format }: { used: number; of: number | null; format: (value: number) => string }) {
  if (of === null) return format(used)
  return <span className={used >= of ? "text-danger" : undefined}>{`${format(used)} of ${format(of)}`}</span>
}
