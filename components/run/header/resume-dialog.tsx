"use client"

import { useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { resumeRun } from "@/components/shared/run-actions.ts"
import { secretNamesOf, type Unfinished, unfinishedOf } from "@/components/shared/run-facts.ts"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { Evaluation, ResumeMode } from "@/contract/index.ts"
import { isolated } from "@/lib/isolated.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { useWrite } from "@/lib/use-write.ts"
import { OneOffSecrets } from "./one-off-secrets.tsx"
import { choicesOf } from "./resume-choices.ts"

/** Asks which rollouts an ended run should still do, and sends it back to the queue. */
export function ResumeDialog({ run, open, onClose }: { run: Evaluation; open: boolean; onClose: () => void }) {
  const left = unfinishedOf(run)
  if (!left) return null
  return <Form key={String(open)} run={run} left={left} open={open} onClose={onClose} />
}

function Form({ run, left, open, onClose }: { run: Evaluation; left: Unfinished; open: boolean; onClose: () => void }) {
  const choices = choicesOf(left)
  const names = secretNamesOf(run)
  const [mode, setMode] = useState<ResumeMode>(choices[0]?.mode ?? "missing_and_errored")
  const [secrets, setSecrets] = useState<Record<string, string>>({})
  const [missing, setMissing] = useState<string | null>(null)
  const { run: write, isPending, refusal } = useWrite()
  const client = useQueryClient()
  const toast = useToast()
  const chosen = choices.find((choice) => choice.mode === mode)
  const refused = refusal && [refusal.message, ...refusal.problems.map((problem) => problem.message)].join("\n")

  const confirm = () => {
    const empty = names.filter((name) => !secrets[name])
    setMissing(empty.length > 0 ? `Fill in ${empty.join(", ")}` : null)
    if (empty.length > 0) return
    const id = run.evaluation_id
    write(
      () => resumeRun(id, { mode, custom_secrets: names.length > 0 ? secrets : null }),
      () => {
        onClose()
        toast({ title: `${isolated(run.name)} was resumed`, tone: "success" })
        for (const queryKey of [queryKeys.run(id), queryKeys.runLists, queryKeys.attempts(id), queryKeys.statistics(id)])
          void client.invalidateQueries({ queryKey })
      },
    )
  }

  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      onConfirm={confirm}
      title="Resume this evaluation?"
      confirmLabel={chosen?.button ?? "Resume"}
      tone="primary"
      pending={isPending}
      error={missing ?? refused}
    >
      <p className="text-muted-foreground">
        Finished rollouts are kept. A rollout that is run again counts once, with its newest result; the earlier one can still be read. The
        time limit starts over.
      </p>
      {choices.length > 1 && (
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 font-medium">What to do</legend>
          {choices.map((choice) => (
            <label key={choice.mode} className="flex min-h-8 items-center gap-2">
              <input
                type="radio"
                name="resume-mode"
                value={choice.mode}
                checked={mode === choice.mode}
                onChange={() => setMode(choice.mode)}
                className="size-4 accent-(--color-accent)"
              />
              {choice.label}
            </label>
          ))}
        </fieldset>
      )}
      {choices.length === 1 && <p>{choices[0]?.label}</p>}
      {names.length > 0 && <OneOffSecrets names={names} values={secrets} onChange={setSecrets} />}
    </ConfirmDialog>
  )
}
