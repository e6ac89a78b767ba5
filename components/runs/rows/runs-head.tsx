import { usePathname } from "next/navigation"
import { Th } from "@/components/ui/list/table.tsx"
import { readRunColumn } from "@/contract/lists/column-names.ts"
import { type RunsSearch, type RunsSort, sortRunsBy } from "../runs-search.ts"

interface RunsHeadProps {
  state: RunsSearch
  showEnvironment: boolean
  showDifference: boolean
  columns: readonly string[]
  onSelectAll: (isAll: boolean) => void
  isAllSelected: boolean
}

/** The headers of the list. On a narrow screen rows are two lines without headers. */
export function RunsHead({ state, showEnvironment, showDifference, columns, onSelectAll, isAllSelected }: RunsHeadProps) {
  const pathname = usePathname()
  const sort = (by: RunsSort) => sortRunsBy(pathname, state, by)
  return (
    <thead className="border-b text-2xs text-muted-foreground max-md:sr-only">
      <tr>
        <th scope="col" className="w-11 px-0.5 text-left">
          <input
            type="checkbox"
            aria-label="Select all shown"
            checked={isAllSelected}
            onChange={(event) => onSelectAll(event.target.checked)}
            className="size-3.5 align-middle accent-primary"
          />
          <span className="sr-only">Status</span>
        </th>
        <Th sort={sort("model")} className="px-2.5">
          Run
        </Th>
        {showEnvironment && <Th className="w-32 px-2.5 xl:w-40">Environment</Th>}
        <Th sort={sort("avg_score")} className="w-44 px-2.5 xl:w-46" title="The mean, with its 95 % interval where it is known">
          Reward
        </Th>
        {showDifference && (
          <Th numeric className="w-20 px-2.5" title="Mean reward less that of the environment's baseline">
            Δ
          </Th>
        )}
        {columns.map((column) => (
          <Th key={column} numeric className="w-24 truncate px-2.5" title={column}>
            {readRunColumn(column)?.name ?? column}
          </Th>
        ))}
        <Th className="w-[17%] px-2.5" title="Examples × rollouts per example; how a run stands, or why it failed">
          Rollouts
        </Th>
        <Th numeric className="w-24 px-2.5 max-xl:hidden">
          Took
        </Th>
        <Th numeric className="w-23 px-2.5 max-xl:hidden">
          Cost
        </Th>
        <Th numeric sort={sort("created_at")} className="w-31 pr-10 pl-2.5">
          When
        </Th>
      </tr>
    </thead>
  )
}
