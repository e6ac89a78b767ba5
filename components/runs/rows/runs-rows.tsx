import { usePathname, useRouter } from "next/navigation"
import { type CSSProperties, lazy, type ReactNode, Suspense, useState } from "react"
import { RunDialog, type RunQuestion } from "@/components/shared/run-dialogs.tsx"
import { baselineOf, scalesOf } from "@/components/shared/runs/row-facts.ts"
import { Button } from "@/components/ui/button.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { columnDecimals } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"
import { BulkBar, canCompare } from "../bulk-bar.tsx"
import { type RunsSearch, runsSearch } from "../runs-search.ts"
import { useRunActions } from "../use-run-actions.ts"
import { useSelection } from "../use-selection.ts"
import { DensitySwitch, useIsCompact } from "./density.tsx"
import type { RowAction } from "./row-menu.tsx"
import { RunRow } from "./run-row.tsx"
import { RunsHead } from "./runs-head.tsx"
import { useRowKeys } from "./use-row-keys.ts"

// Of no use before something is pressed.
const RowMenu = lazy(() => import("./row-menu.tsx").then(({ RowMenu }) => ({ default: RowMenu })))
const RenameDialog = lazy(() => import("../rename-dialog.tsx").then(({ RenameDialog }) => ({ default: RenameDialog })))
const ColumnsDialog = lazy(() => import("../columns-dialog.tsx").then(({ ColumnsDialog }) => ({ default: ColumnsDialog })))
const TagDialog = lazy(() => import("../tag-dialog.tsx").then(({ TagDialog }) => ({ default: TagDialog })))

interface RunsRowsProps {
  tabs: ReactNode
  filters: ReactNode
  runs: readonly Evaluation[]
  /** Ids of the runs to mark as new. */
  started: readonly string[]
  state: RunsSearch
  showEnvironment: boolean
  canMark: boolean
}

/** The rows of the list with what can be done to them: one by one, or to those that are chosen. */
export function RunsRows({ tabs, filters, runs, started, state, showEnvironment, canMark }: RunsRowsProps) {
  const router = useRouter()
  const pathname = usePathname()
  const isCompact = useIsCompact()
  const selection = useSelection(runs.map((run) => run.evaluation_id))
  const { act, remove } = useRunActions()
  const [menu, setMenu] = useState<{ id: string; button: HTMLElement } | null>(null)
  const [dialog, setDialog] = useState<{ kind: "rename" | "tag" | "stop"; ids: readonly string[] } | null>(null)
  const [hasColumns, setHasColumns] = useState(false)
  const [question, setQuestion] = useState<RunQuestion | null>(null)
  const scaleOf = scalesOf(runs)
  const showDifference = runs.some((run) => baselineOf(run) !== null)
  const columns = state.columns ?? []
  const rewardDecimals = columnDecimals(runs.map((run) => run.avg_score))
  const decimals = columns.map((column) => columnDecimals(runs.map((run) => numberOrNull(run.columns?.[column]))))
  const those = (ids: readonly string[]) => runs.filter((run) => ids.includes(run.evaluation_id))
  const chosen = those(selection.ids)
  const asked = those(dialog?.ids ?? [])
  const inMenu = runs.find((run) => run.evaluation_id === menu?.id)

  const compare = (ids: readonly string[]) => {
    if (canCompare(ids.length)) router.push(paths.compare(ids))
  }
  const perform = (action: RowAction, targets: readonly Evaluation[]) => {
    const ids = targets.map((run) => run.evaluation_id)
    const [first] = targets
    setMenu(null)
    if (!first) return
    if (action === "compare") {
      const all = [...new Set([...selection.ids, ...ids])]
      selection.set(all)
      compare(all)
    } else if (action === "star") void act(targets, targets.every((run) => run.starred) ? "unstar" : "star")
    else if (action === "archive") {
      selection.set([])
      void act(targets, targets.every((run) => run.archived_at) ? "unarchive" : "archive")
    } else if ((action === "stop" || action === "delete") && targets.length === 1 && (action === "stop" || !canMark))
      setQuestion({ kind: action, run: first })
    else if (action === "delete") {
      selection.set([])
      remove(targets)
    } else setDialog({ kind: action, ids })
  }
  const onKeyDown = useRowKeys({ onSelect: selection.toggle, onCompare: () => compare(selection.ids) })

  return (
    <>
      <div className="flex min-h-9 min-w-0 items-center justify-between gap-2 border-b">
        {tabs}
        {chosen.length > 0 ? (
          <BulkBar runs={chosen} canMark={canMark} onAct={(action) => perform(action, chosen)} onClear={() => selection.set([])} />
        ) : (
          <span className="ml-auto flex items-center gap-1 max-md:hidden">
            <DensitySwitch />
            {canMark && (
              <Button variant="ghost" size="sm" className="text-muted-foreground" onClick={() => setHasColumns(true)}>
                Columns
              </Button>
            )}
          </span>
        )}
      </div>
      {filters}
      <div className="min-w-0 overflow-x-auto">
        <table
          aria-label="Evaluations"
          data-density={isCompact ? "compact" : undefined}
          style={{ "--more": `${columns.length * 6 + (showDifference ? 5 : 0)}rem` } as CSSProperties}
          className="w-full table-fixed border-collapse text-left text-sm [--row:2.25rem] data-[density=compact]:[--row:1.75rem] max-md:block md:min-w-[calc(42rem+var(--more))] xl:min-w-[calc(62rem+var(--more))]"
          onKeyDown={onKeyDown}
        >
          <RunsHead
            state={state}
            showEnvironment={showEnvironment}
            showDifference={showDifference}
            columns={columns}
            isAllSelected={chosen.length === runs.length}
            onSelectAll={(isAll) => selection.set(isAll ? runs.map((run) => run.evaluation_id) : [])}
          />
          <tbody className="max-md:block">
            {runs.map((run) => (
              <RunRow
                key={run.evaluation_id}
                run={run}
                scale={scaleOf(run)}
                rewardDecimals={rewardDecimals}
                isNew={started.includes(run.evaluation_id)}
                showEnvironment={showEnvironment}
                showDifference={showDifference}
                columns={columns}
                decimals={decimals}
                isSelected={selection.has(run.evaluation_id)}
                isMenuOpen={menu?.id === run.evaluation_id}
                onSelect={(isRange) => selection.toggle(run.evaluation_id, isRange)}
                onMenu={(button) => setMenu({ id: run.evaluation_id, button })}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p className="text-2xs text-muted-foreground max-md:hidden">
        Shift-click selects a range · ↑ ↓ move · X selects · Enter opens · C compares
      </p>
      <Suspense>
        {menu && inMenu && (
          <RowMenu
            run={inMenu}
            anchor={menu.button}
            canMark={canMark}
            others={selection.ids.filter((id) => id !== menu.id).length}
            onAct={(action) => perform(action, [inMenu])}
            onClose={() => setMenu(null)}
          />
        )}
        {dialog?.kind === "rename" && asked[0] && <RenameDialog run={asked[0]} onClose={() => setDialog(null)} />}
        {dialog?.kind === "tag" && asked.length > 0 && (
          <TagDialog runs={asked} onAct={(action, tags) => void act(asked, action, tags)} onClose={() => setDialog(null)} />
        )}
        {hasColumns && (
          <ColumnsDialog
            runs={runs}
            columns={columns}
            onChange={(next) =>
              router.push(runsSearch.href(pathname, state, { columns: next.length > 0 ? next : null }), { scroll: false })
            }
            onClose={() => setHasColumns(false)}
          />
        )}
      </Suspense>
      <StopDialog
        runs={dialog?.kind === "stop" ? asked.filter((run) => run.is_hosted && isActive(run.status)) : []}
        onClose={() => setDialog(null)}
        onStop={(targets) => void act(targets, "stop")}
      />
      <RunDialog question={question} onClose={() => setQuestion(null)} />
    </>
  )
}

const numberOrNull = (value: unknown): number | null => (typeof value === "number" ? value : null)

interface StopDialogProps {
  runs: readonly Evaluation[]
  onStop: (runs: readonly Evaluation[]) => void
  onClose: () => void
}

/** Asks before several runs are stopped. */
function StopDialog({ runs, onStop, onClose }: StopDialogProps) {
  return (
    <ConfirmDialog
      open={runs.length > 0}
      onClose={onClose}
      onConfirm={() => {
        onStop(runs)
        onClose()
      }}
      title={`Stop ${runs.length} ${runs.length === 1 ? "evaluation" : "evaluations"}?`}
      confirmLabel="Stop"
      cancelLabel="Let them run"
    >
      <p className="text-muted-foreground">They stop now. Finished rollouts are kept; those in progress are lost.</p>
    </ConfirmDialog>
  )
}
