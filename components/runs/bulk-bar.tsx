import { X } from "lucide-react"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { mayDo, tooLittle } from "@/contract/access/roles.ts"
import type { Evaluation } from "@/contract/index.ts"
import { type RunAction, runActionNeeds } from "@/contract/lists/run-actions.ts"
import { isActive } from "@/contract/run-states.ts"
import { paths } from "@/lib/paths.ts"
import type { RowAction } from "./rows/row-menu.tsx"

/** How many runs one comparison shows. */
export const comparedMax = 10

export const canCompare = (count: number): boolean => count >= 2 && count <= comparedMax

interface BulkBarProps {
  /** The chosen runs. */
  runs: readonly Evaluation[]
  canMark: boolean
  onAct: (action: RowAction) => void
  onClear: () => void
}

/** What can be done to the chosen runs, beside the filters. */
export function BulkBar({ runs, canMark, onAct, onClear }: BulkBarProps) {
  const count = runs.length
  const stoppable = runs.some((run) => run.is_hosted && isActive(run.status))
  const button = (action: RowAction & RunAction, label: string) => {
    const refused = runs.filter((run) => !mayDo(run, runActionNeeds[action]))
    const [first] = refused
    const why =
      first &&
      `${refused.length === count ? "" : `${refused.length} of them: `}${tooLittle(runActionNeeds[action], first.access_role ?? "")}`
    return (
      <Button variant="ghost" size="sm" disabled={refused.length > 0} title={why} onClick={() => onAct(action)}>
        {label}
        {why && <span className="sr-only">: {why}</span>}
      </Button>
    )
  }
  return (
    <section
      aria-label="Selected evaluations"
      className="ml-auto flex shrink-0 items-center gap-1 max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:z-20 max-md:border-t max-md:bg-card max-md:p-2"
    >
      <p role="status" className="mr-1 text-2xs text-muted-foreground max-md:sr-only">
        {count} selected
      </p>
      {canCompare(count) ? (
        <ButtonLink size="sm" href={paths.compare(runs.map((run) => run.evaluation_id))} prefetch={false}>
          Compare {count}
        </ButtonLink>
      ) : (
        <Button size="sm" disabled title={`Choose 2 to ${comparedMax}`}>
          Compare {count}
        </Button>
      )}
      {canMark && (
        <>
          {button("tag", "Tag")}
          {button("archive", runs.every((run) => run.archived_at) ? "Unarchive" : "Archive")}
          {stoppable && button("stop", "Stop")}
          {button("delete", "Delete")}
        </>
      )}
      <Button variant="ghost" size="sm" icon aria-label="Select none" title="Select none" className="max-md:ml-auto" onClick={onClear}>
        <X aria-hidden />
      </Button>
    </section>
  )
}
