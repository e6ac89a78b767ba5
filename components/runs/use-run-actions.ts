"use client"

import { useQueryClient } from "@tanstack/react-query"
import { titleOf } from "@/components/shared/runs/row-facts.ts"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { Evaluation } from "@/contract/index.ts"
import type { RunAction } from "@/contract/lists/run-actions.ts"
import { bulkRuns } from "@/lib/api/bulk-runs.ts"
import { formatCount } from "@/lib/format.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { heldDeletes, heldMs } from "./held-deletes.ts"

const outcomes = { archive: "archived", unarchive: "back in the list", stop: "being stopped" }

const nameOf = (runs: readonly Evaluation[]): string =>
  runs.length === 1 && runs[0] ? titleOf(runs[0]) : `${formatCount(runs.length)} evaluations`

/** What can be done to the runs of a list, with a message about what came of it. */
export function useRunActions() {
  const client = useQueryClient()
  const toast = useToast()
  const readAgain = () => client.invalidateQueries({ queryKey: queryKeys.runLists })
  const tell = (runs: readonly Evaluation[], action: RunAction, refused: ReadonlyMap<string, string>) => {
    const changed = runs.filter((run) => !refused.has(run.evaluation_id))
    const [reason] = refused.values()
    if (reason !== undefined)
      toast({
        title: `${nameOf(runs.filter((run) => refused.has(run.evaluation_id)))} could not be ${action === "delete" ? "deleted" : "changed"}`,
        description: reason,
        tone: "danger",
      })
    // What the list shows at once needs no words.
    if (changed.length === 0 || (action !== "archive" && action !== "unarchive" && action !== "stop")) return
    const title = `${nameOf(changed)} ${changed.length === 1 ? "is" : "are"} ${outcomes[action]}`
    const undo = { action: { label: "Undo", run: () => void act(changed, "unarchive") } }
    toast({ title, ...(action === "archive" ? undo : {}) })
  }
  const act = async (runs: readonly Evaluation[], action: Exclude<RunAction, "delete">, tags?: string[]): Promise<void> => {
    try {
      tell(runs, action, await bulkRuns({ evaluation_ids: runs.map((run) => run.evaluation_id), action, ...(tags ? { tags } : {}) }))
    } catch (error) {
      toast({ title: "Nothing was changed", description: error instanceof Error ? error.message : String(error), tone: "danger" })
    }
    await readAgain()
  }
  const remove = (runs: readonly Evaluation[]): void => {
    const undo = heldDeletes.hold(
      runs.map((run) => run.evaluation_id),
      (refused) => {
        if (refused.size > 0) tell(runs, "delete", refused)
        void readAgain()
      },
    )
    toast({ title: `${nameOf(runs)} deleted`, shownMs: heldMs, action: { label: "Undo", run: undo } })
  }
  return { act, remove }
}
