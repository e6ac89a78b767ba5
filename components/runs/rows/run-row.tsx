import type { MouseEvent } from "react"
import type { Scale } from "@/components/charts/reward-colour.ts"
import { elapsed, environmentOf } from "@/components/shared/run-facts.ts"
import { hasReasonOnly, lookOf, statusText, titleOf } from "@/components/shared/runs/row-facts.ts"
import { RunNoteCell, RunResultCells, RunWhenCell } from "@/components/shared/runs/run-cells.tsx"
import { TickingDuration } from "@/components/shared/ticking-duration.tsx"
import { Badge } from "@/components/ui/badge.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"
import { rowLink } from "@/components/ui/list/row-link.ts"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatDuration, formatInColumn, formatMoney } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

export interface RunRowProps {
  run: Evaluation
  scale: Scale
  /** Of the rewards that are listed. */
  rewardDecimals: number
  /** It has just been launched. */
  isNew: boolean
  showEnvironment: boolean
  /** Whether some run of the list has a baseline. */
  showDifference: boolean
  /** Names of the columns that were chosen beside the usual ones. */
  columns: readonly string[]
  /** How many decimals the numbers of each of these have. */
  decimals: readonly number[]
  isSelected: boolean
  isMenuOpen: boolean
  onSelect: (isRange: boolean) => void
  onMenu: (button: HTMLElement) => void
}

/** A run in one line, in two on a narrow screen. It has as few elements as it can: a list has a hundred of them. */
export function RunRow(props: RunRowProps) {
  const {
    run,
    scale,
    rewardDecimals,
    isNew,
    showEnvironment,
    showDifference,
    columns,
    decimals,
    isSelected,
    isMenuOpen,
    onSelect,
    onMenu,
  } = props
  const environment = environmentOf(run)
  const title = titleOf(run)
  const look = lookOf(run)
  // Columns that were chosen stand between the two.
  const hasReason = columns.length === 0 && hasReasonOnly(run)
  return (
    <tr
      data-run={run.evaluation_id}
      data-selected={isSelected || undefined}
      className={cn("run-row", isNew && "shadow-[inset_3px_0_0_var(--color-accent)]")}
      {...rowLink}
    >
      {/* The status is drawn by the cell; its text is for screen readers. */}
      <td data-look={look} title={statusText(run)}>
        <input
          type="checkbox"
          aria-label={`Select ${title}`}
          checked={isSelected}
          onChange={(event) => onSelect((event.nativeEvent as unknown as MouseEvent).shiftKey)}
          className="size-3.5 accent-primary"
        />
        {statusText(run)}
      </td>
      <td data-cell="run" className="font-mono text-xs">
        {!run.is_hosted && <Badge className="mr-1.5 h-4 font-sans text-2xs">LOCAL</Badge>}
        <Link href={paths.evaluation(run.evaluation_id)} data-row-link prefetch={false} title={run.name} className="hover:underline">
          {title}
        </Link>
        {/* Stands at the end of the row. */}
        <button
          type="button"
          aria-haspopup="menu"
          aria-expanded={isMenuOpen}
          aria-label={`Actions of ${title}`}
          onClick={(event) => onMenu(event.currentTarget)}
          className="rounded-md text-muted-foreground hover:bg-muted hover:text-foreground"
        >
          ⋯
        </button>
        {run.starred && <Mark text=" ★" label="starred" />}
        {isNew && (
          <Badge tone="accent" className="ml-1.5 font-sans">
            New
          </Badge>
        )}
        {run.tags.length > 0 && <Mark text={` ${run.tags.map((tag) => `#${tag}`).join(" ")}`} label={`tags: ${run.tags.join(", ")}`} />}
      </td>
      {showEnvironment && (
        <td data-cell="environment" title={environment.version ? `${environment.text}@${environment.version}` : environment.text}>
          {environment.text}
        </td>
      )}
      {!hasReason && <RunResultCells run={run} scale={scale} decimals={rewardDecimals} title={title} showDifference={showDifference} />}
      {columns.map((column, i) => (
        <td key={column} className="tabular text-right max-md:hidden">
          {cellText(run.columns?.[column], decimals[i] ?? 0)}
        </td>
      ))}
      <RunNoteCell run={run} span={hasReason ? 2 + Number(showDifference) : 1} />
      <td className="tabular text-right max-xl:hidden">
        {isActive(run.status) ? <TickingDuration run={run} /> : formatDuration(elapsed(run, 0))}
      </td>
      <td className="tabular text-right max-xl:hidden">{formatMoney(run.usage?.cost_usd)}</td>
      <RunWhenCell run={run} />
    </tr>
  )
}

/** Said to screen readers in other words than it is drawn. */
const Mark = ({ text, label }: { text: string; label: string }) => (
  <span role="img" aria-label={label} title={label} className="font-sans text-muted-foreground">
    {text}
  </span>
)

const cellText = (value: number | boolean | string | null | undefined, decimals: number): string =>
  typeof value === "number" ? formatInColumn(value, decimals) : value === null || value === undefined ? "–" : String(value)
