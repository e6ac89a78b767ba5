"use client"

import { useQueryClient } from "@tanstack/react-query"
import {
  CircleStop,
  Download,
  Ellipsis,
  FileText,
  GitCompare,
  Info,
  ListChecks,
  PenLine,
  Play,
  RotateCcw,
  Scale,
  Terminal,
  Trash2,
  Trophy,
} from "lucide-react"
import dynamic from "next/dynamic"
import { useState } from "react"
import { updateRun } from "@/components/shared/run-actions.ts"
import { settledOf, unfinishedOf } from "@/components/shared/run-facts.ts"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { Menu, MenuItem, MenuLine, MenuLink } from "@/components/ui/overlay/menu.tsx"
import { type Act, mayDo } from "@/contract/access/roles.ts"
import { failsAgain } from "@/contract/failures/fails-again.ts"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { againHref } from "@/lib/launch-links.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { paths } from "@/lib/paths.ts"
import { writableRun } from "@/lib/run-config/writable-run.ts"
import { useWrite } from "@/lib/use-write.ts"
import { ShareButton } from "./share-button.tsx"

// Read when one of them is first opened: together they weigh more than the rest of the header.
const dialogs = {
  resume: dynamic(() => import("./resume-dialog.tsx").then((module) => module.ResumeDialog), { ssr: false }),
  score: dynamic(() => import("./score-again-dialog.tsx").then((module) => module.ScoreAgainDialog), { ssr: false }),
  copy: dynamic(() => import("@/components/shared/copy-as.tsx").then((module) => module.CopyAsDialog), { ssr: false }),
  download: dynamic(() => import("./download-dialog.tsx").then((module) => module.DownloadDialog), { ssr: false }),
  edit: dynamic(() => import("./edit-dialog.tsx").then((module) => module.EditDialog), { ssr: false }),
  stop: dynamic(() => import("./question-dialogs.tsx").then((module) => module.StopDialog), { ssr: false }),
  delete: dynamic(() => import("./question-dialogs.tsx").then((module) => module.DeleteDialog), { ssr: false }),
  details: dynamic(() => import("./details-dialog.tsx").then((module) => module.DetailsDialog), { ssr: false }),
}
type DialogName = keyof typeof dialogs

/** What the platform offers for its runs. */
export interface RunAbilities {
  export: boolean
  /** To have tags and notes. */
  mark: boolean
  scoreAgain: boolean
  /** To stand on the leaderboard of their environment. */
  rank: boolean
  review: boolean
  /** To be shown by a link to people without an account. */
  share: boolean
}

/** Stop becomes Run again when the run ends: nothing in the header moves for it. */
const oneWidth = "sm:min-w-30"

/** What can be done with a run now: to share it, the one thing that most would do next, and a menu with the rest. */
export function RunButtons({ run, can }: { run: Evaluation; can: RunAbilities }) {
  const [dialog, setDialog] = useState<{ name: DialogName; isOpen: boolean } | null>(null)
  const open = (name: DialogName) => setDialog({ name, isOpen: true })
  const { run: write } = useWrite()
  const client = useQueryClient()
  const toggleLeaderboard = () =>
    write(
      () => updateRun(run.evaluation_id, { show_on_leaderboard: !run.show_on_leaderboard }),
      () => void client.invalidateQueries({ queryKey: queryKeys.run(run.evaluation_id) }),
    )
  const Dialog = dialog && dialogs[dialog.name]
  const active = isActive(run.status)
  const left = unfinishedOf(run)
  const again = againHref(run)
  const may = (act: Act) => mayDo(run, act)
  const isSettled = settledOf(run) !== null
  const resumeLabel = isSettled ? "Ask the rest" : left?.missing === 0 ? "Retry errors" : "Resume"
  // Where the same would fail again, other settings help and resuming does not. A run that found its answer is not unfinished.
  const resumesNext = left !== null && !isSettled && !(run.failure && failsAgain(run.failure.class))
  return (
    <>
      <ShareButton runId={run.evaluation_id} runName={run.name} canShare={can.share && may("write")} />
      {!may("run") ? null : active && (run.is_hosted || run.stale) ? (
        <Button className={oneWidth} onClick={() => open("stop")}>
          <CircleStop aria-hidden className="max-sm:hidden" />
          {run.is_hosted ? "Stop" : "End"}
        </Button>
      ) : resumesNext ? (
        <Button variant="primary" className={oneWidth} onClick={() => open("resume")}>
          <Play aria-hidden className="max-sm:hidden" />
          {resumeLabel}
        </Button>
      ) : (
        again &&
        !active && (
          <ButtonLink href={again} variant="primary" className={oneWidth}>
            <RotateCcw aria-hidden className="max-sm:hidden" />
            Run again
          </ButtonLink>
        )
      )}
      <Menu label="More" trigger={<Ellipsis aria-hidden />} className="max-lg:size-10">
        <MenuLink href={paths.compare([run.evaluation_id])} prefetch={false}>
          <GitCompare aria-hidden />
          Compare
        </MenuLink>
        {again && (active || resumesNext || !may("run")) && (
          <MenuLink href={again} prefetch={false}>
            <RotateCcw aria-hidden />
            Run again
          </MenuLink>
        )}
        {left && !resumesNext && may("run") && (
          <MenuItem onClick={() => open("resume")}>
            <Play aria-hidden />
            {resumeLabel}
          </MenuItem>
        )}
        {can.review && may("run") && run.total_samples > 0 && (
          <MenuLink href={paths.review(run.evaluation_id, { blind: "true" })} prefetch={false}>
            <ListChecks aria-hidden />
            Review samples
          </MenuLink>
        )}
        {can.scoreAgain && may("run") && !active && run.environment && run.total_samples > 0 && (
          <MenuItem onClick={() => open("score")}>
            <Scale aria-hidden />
            Score again
          </MenuItem>
        )}
        {writableRun(run) && (
          <MenuItem onClick={() => open("copy")}>
            <Terminal aria-hidden />
            Copy as
          </MenuItem>
        )}
        <MenuLink href={paths.report(run.evaluation_id)} prefetch={false}>
          <FileText aria-hidden />
          Report card
        </MenuLink>
        {can.export && run.total_samples > 0 && (
          <MenuItem onClick={() => open("download")}>
            <Download aria-hidden />
            Download
          </MenuItem>
        )}
        {can.rank && may("run") && run.status === "COMPLETED" && run.environment && (
          <MenuItem onClick={toggleLeaderboard}>
            <Trophy aria-hidden />
            {run.show_on_leaderboard ? "Take off the leaderboard" : "Show on the leaderboard"}
          </MenuItem>
        )}
        {may("run") && (
          <MenuItem onClick={() => open("edit")}>
            <PenLine aria-hidden />
            {can.mark ? "Name, tags and notes" : "Rename"}
          </MenuItem>
        )}
        <MenuItem onClick={() => open("details")}>
          <Info aria-hidden />
          Details
        </MenuItem>
        {(!active || run.stale) && may("write") && (
          <>
            <MenuLine />
            <MenuItem onClick={() => open("delete")}>
              <Trash2 aria-hidden />
              Delete
            </MenuItem>
          </>
        )}
      </Menu>
      {Dialog && <Dialog run={run} canMark={can.mark} open={dialog.isOpen} onClose={() => setDialog({ ...dialog, isOpen: false })} />}
    </>
  )
}
