import { usePathname } from "next/navigation"
import type { RunQuestion } from "@/components/shared/run-dialogs.tsx"
import { ActionsTh, Table, TableScroller, Tbody, Th, Thead } from "@/components/ui/list/table.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { RunRow } from "./run-row.tsx"
import { type RunsSearch, type RunsSort, sortRunsBy } from "./runs-search.ts"

interface WideTableProps {
  runs: readonly Evaluation[]
  /** Ids of the runs to mark as new. */
  started: readonly string[]
  showEnvironment: boolean
  onAsk: (question: RunQuestion) => void
  state: RunsSearch
}

/** The runs as a table, on screens that are wide enough; others get cards. */
export function WideTable({ runs, started, showEnvironment, onAsk, state }: WideTableProps) {
  const pathname = usePathname()
  const sort = (by: RunsSort) => sortRunsBy(pathname, state, by)
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
            <ActionsTh />
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
