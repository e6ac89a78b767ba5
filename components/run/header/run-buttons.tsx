"use client"

import { CircleStop, Play, RotateCcw, Trash2 } from "lucide-react"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { CopyAs } from "@/components/shared/copy-as.tsx"
import { LiveIndicator } from "@/components/shared/live-indicator.tsx"
import { RunDialog, type RunQuestion } from "@/components/shared/run-dialogs.tsx"
import { unfinishedOf } from "@/components/shared/run-facts.ts"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { failsAgain } from "@/contract/failures/fails-again.ts"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { againHref } from "@/lib/launch-links.ts"
import { paths } from "@/lib/paths.ts"
import { CopyLink } from "./copy-link.tsx"
import { DownloadRun } from "./download-run.tsx"
import { ResumeDialog } from "./resume-dialog.tsx"

/** What can be done with a run now. */
export function RunButtons({ run, canExport }: { run: Evaluation; canExport: boolean }) {
  const router = useRouter()
  const [question, setQuestion] = useState<RunQuestion | null>(null)
  const [isResuming, setIsResuming] = useState(false)
  const active = isActive(run.status)
  const left = unfinishedOf(run)
  const again = againHref(run)
  return (
    <>
      {active && <LiveIndicator />}
      <CopyLink id={run.evaluation_id} />
      <CopyAs evaluation={run} />
      {canExport && run.total_samples > 0 && <DownloadRun run={run} />}
      {again && (
        <ButtonLink href={again}>
          <RotateCcw aria-hidden />
          Run again
        </ButtonLink>
      )}
      {left && (
        <Button variant={run.failure && failsAgain(run.failure.class) ? "secondary" : "primary"} onClick={() => setIsResuming(true)}>
          <Play aria-hidden />
          {left.missing === 0 ? "Retry errors" : "Resume"}
        </Button>
      )}
      {active && (run.is_hosted || run.stale) && (
        <Button onClick={() => setQuestion({ kind: "stop", run })}>
          <CircleStop aria-hidden />
          {run.is_hosted ? "Stop" : "End"}
        </Button>
      )}
      {(!active || run.stale) && (
        <Button onClick={() => setQuestion({ kind: "delete", run })}>
          <Trash2 aria-hidden />
          Delete
        </Button>
      )}
      <ResumeDialog run={run} open={isResuming} onClose={() => setIsResuming(false)} />
      <RunDialog question={question} onClose={() => setQuestion(null)} onDeleted={() => router.push(paths.evaluations)} />
    </>
  )
}
