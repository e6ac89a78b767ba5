"use client"

import { useQueryClient } from "@tanstack/react-query"
import { useState, useTransition } from "react"
import { resumeRun } from "@/components/shared/run-actions.ts"
import { secretNamesOf, type Unfinished, unfinishedOf } from "@/components/shared/run-facts.ts"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { Evaluation, ResumeMode } from "@/contract/index.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { choicesOf } from "./resume-choices.ts"

/** Asks what a run that has ended is to do when it goes on, and sends it back to the queue. */
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
  const [error, setError] = useState<string | null>(null)
  const [isPending, startTransition] = useTransition()
  const client = useQueryClient()
  const toast = useToast()
  const chosen = choices.find((choice) => choice.mode === mode)

  const confirm = () => {
    const empty = names.filter((name) => !secrets[name])
    if (empty.length > 0) {
      setError(`Fill in ${empty.join(", ")}`)
      return
    }
    startTransition(async () => {
      const result = await resumeRun(run.evaluation_id, { mode, custom_secrets: names.length > 0 ? secrets : null }).catch(() => ({
        ok: false as const,
        message: "The platform could not be reached. Nothing was changed.",
        problems: [],
      }))
      if (!result.ok) {
        setError([result.message, ...result.problems.map((problem) => problem.message)].join("\n"))
        return
      }
      onClose()
      toast({ title: `${run.name} goes on`, tone: "success" })
      const id = run.evaluation_id
      await Promise.all(
        [queryKeys.run(id), queryKeys.runLists, queryKeys.attempts(id), queryKeys.statistics(id)].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      )
    })
  }

  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      onConfirm={confirm}
      title="Go on with this evaluation?"
      confirmLabel={chosen?.button ?? "Resume"}
      tone="primary"
      pending={isPending}
      error={error}
    >
      <p className="text-muted-foreground">
        Everything that is finished stays. A rollout that is done again counts once, with its newest result; the earlier one can still be
        read. The time limit begins anew.
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
      {names.length > 0 && (
        <fieldset className="flex min-w-0 flex-col gap-2">
          <legend className="mb-1 font-medium">One-off secrets</legend>
          <p className="text-muted-foreground text-xs">They were deleted when the run ended: give them again.</p>
          {names.map((name) => (
            <Field key={name} label={<span className="font-mono text-xs">{name}</span>}>
              {(control) => (
                <Input
                  {...control}
                  type="password"
                  autoComplete="new-password"
                  spellCheck={false}
                  className="font-mono text-xs"
                  value={secrets[name] ?? ""}
                  onChange={(event) => setSecrets({ ...secrets, [name]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </fieldset>
      )}
    </ConfirmDialog>
  )
}
