"use client"

import { Menu } from "@base-ui/react/menu"
import { useRouter } from "next/navigation"
import type { ReactNode } from "react"
import { environmentOf } from "@/components/shared/run-facts.ts"
import { cn } from "@/components/ui/cn.ts"
import { mayDo, roleWords } from "@/contract/access/roles.ts"
import type { Evaluation } from "@/contract/index.ts"
import { type RunAction, runActionNeeds } from "@/contract/lists/run-actions.ts"
import { isActive } from "@/contract/run-states.ts"
import { paths } from "@/lib/paths.ts"

/** What is asked for by a row's menu or by the bar above the list. */
export type RowAction = "rename" | "tag" | "star" | "archive" | "stop" | "delete" | "compare"

export interface RowMenuProps {
  run: Evaluation
  /** The button of the row, where the menu opens. */
  anchor: HTMLElement
  /** Whether the platform keeps tags, stars and an archive. */
  canMark: boolean
  /** Runs that are chosen beside this one. */
  others: number
  onAct: (action: RowAction) => void
  onClose: () => void
}

/** What can be done to one run. One menu serves all rows. */
export function RowMenu({ run, anchor, canMark, others, onAct, onClose }: RowMenuProps) {
  const router = useRouter()
  const environment = environmentOf(run).href
  const act = (action: RowAction) => () => onAct(action)
  const active = isActive(run.status)
  const may = (action: RunAction) => mayDo(run, runActionNeeds[action])
  return (
    <Menu.Root open modal={false} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align="end" sideOffset={2} className="z-40 outline-none">
          <Menu.Popup
            finalFocus={() => anchor}
            className="min-w-44 rounded-md border bg-card p-1 text-foreground text-sm shadow-raised outline-none"
          >
            <Item onPick={() => router.push(paths.evaluation(run.evaluation_id))}>Open</Item>
            {environment && <Item onPick={() => router.push(environment)}>Open environment</Item>}
            <Item onPick={act("compare")}>{others === 0 ? "Select to compare" : `Compare with ${others} selected`}</Item>
            {canMark && (
              <>
                <Menu.Separator className="my-1 h-px bg-border" />
                {may("tag") && (
                  <>
                    <Item onPick={act("rename")}>Rename…</Item>
                    <Item onPick={act("tag")}>Tags…</Item>
                  </>
                )}
                <Item onPick={act("star")}>{run.starred ? "Remove star" : "Star"}</Item>
                {may("archive") && <Item onPick={act("archive")}>{run.archived_at ? "Unarchive" : "Archive"}</Item>}
              </>
            )}
            <Menu.Separator className="my-1 h-px bg-border" />
            {/* A run that was uploaded cannot be stopped from here, and one that is at work not be deleted. */}
            {active && run.is_hosted && may("stop") && <Item onPick={act("stop")}>Stop…</Item>}
            {!(active && run.is_hosted) && may("delete") && (
              <Item onPick={act("delete")} className="text-danger">
                {canMark ? "Delete" : "Delete…"}
              </Item>
            )}
            {run.access_role && !may("delete") && (
              <Menu.Item disabled className="max-w-56 px-2 py-1.5 text-muted-foreground text-xs outline-none">
                {roleWords[run.access_role]}: you are {run.access_role} in its team.
              </Menu.Item>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

const Item = ({ onPick, className, children }: { onPick: () => void; className?: string; children: ReactNode }) => (
  <Menu.Item
    onClick={onPick}
    className={cn("flex h-8 cursor-pointer items-center rounded-sm px-2 outline-none data-highlighted:bg-muted max-md:h-10", className)}
  >
    {children}
  </Menu.Item>
)
