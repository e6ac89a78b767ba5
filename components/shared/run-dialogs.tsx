"use client"

import { useQueryClient } from "@tanstack/react-query"
import { useState, useTransition } from "react"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { deleteRun, stopRun } from "./run-actions.ts"

export interface RunQuestion {
  kind: "stop" | "delete"
  run: Evaluation
}

interface RunDialogProps {
  /** The question that is open, or none. */
  question: RunQuestion | null
  onClose: () => void
  onDeleted?: (id: string) => void
}

/** Asks before a run is stopped or deleted, and does it. */
export function RunDialog({ question, onClose, onDeleted }: RunDialogProps) {
  const [error, setError] = useState<string | null>(null)
  const [isPending, startTransition] = useTransition()
  const client = useQueryClient()
  const toast = useToast()

  const close = () => {
    setError(null)
    onClose()
  }
  const confirm = () => {
    if (!question) return
    const { kind, run } = question
    startTransition(async () => {
      const result = await (kind === "stop" ? stopRun(run.evaluation_id) : deleteRun(run.evaluation_id)).catch(() => ({
        ok: false as const,
        message: "The platform could not be reached. Nothing was changed.",
      }))
      if (!result.ok) {
        setError(result.message)
        return
      }
      close()
      toast({ title: kind === "stop" ? `${run.name} is being stopped` : `${run.name} was deleted`, tone: "success" })
      if (kind === "delete") onDeleted?.(run.evaluation_id)
      else void client.invalidateQueries({ queryKey: queryKeys.run(run.evaluation_id) })
      await client.invalidateQueries({ queryKey: queryKeys.runLists })
    })
  }

  const name = <strong className="break-anywhere font-medium">{question?.run.name}</strong>
  return (
    <ConfirmDialog
      open={question !== null}
      onClose={close}
      onConfirm={confirm}
      title={question?.kind === "delete" ? "Delete this evaluation?" : "Stop this evaluation?"}
      confirmLabel={question?.kind === "delete" ? "Delete" : "Stop"}
      cancelLabel={question?.kind === "delete" ? "Keep it" : "Let it run"}
      pending={isPending}
      error={error}
    >
      {question?.kind === "delete" ? (
        <p className="text-muted-foreground">
          {name} goes away for everybody, with its {formatCount(question.run.total_samples)} samples and its log. This cannot be undone.
        </p>
      ) : (
        <p className="text-muted-foreground">{name} ends now. Rollouts that are finished are kept; those under way are lost.</p>
      )}
    </ConfirmDialog>
  )
}
