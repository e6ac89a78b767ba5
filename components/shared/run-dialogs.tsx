"use client"

import { useQueryClient } from "@tanstack/react-query"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { isolated } from "@/lib/isolated.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { useWrite } from "@/lib/use-write.ts"
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
  const { run: write, isPending, refusal, clear } = useWrite()
  const client = useQueryClient()
  const toast = useToast()

  const close = () => {
    clear()
    onClose()
  }
  const confirm = () => {
    if (!question) return
    const { kind, run } = question
    const id = run.evaluation_id
    write<unknown>(
      () => (kind === "stop" ? stopRun(id) : deleteRun(id)),
      () => {
        close()
        toast({ title: kind === "stop" ? `${isolated(run.name)} is being stopped` : `${isolated(run.name)} was deleted`, tone: "success" })
        if (kind === "delete") onDeleted?.(id)
        else void client.invalidateQueries({ queryKey: queryKeys.run(id) })
        void client.invalidateQueries({ queryKey: queryKeys.runLists })
      },
    )
  }

  const name = (
    <strong className="break-anywhere font-medium">
      <bdi>{question?.run.name}</bdi>
    </strong>
  )
  return (
    <ConfirmDialog
      open={question !== null}
      onClose={close}
      onConfirm={confirm}
      title={question?.kind === "delete" ? "Delete this evaluation?" : "Stop this evaluation?"}
      confirmLabel={question?.kind === "delete" ? "Delete" : "Stop"}
      cancelLabel={question?.kind === "delete" ? "Keep it" : "Let it run"}
      pending={isPending}
      error={refusal?.message ?? null}
    >
      {question?.kind === "delete" ? (
        <p className="text-muted-foreground">
          {name} is deleted for everyone, with its {formatCount(question.run.total_samples)} samples and its log. This cannot be undone.
        </p>
      ) : (
        <p className="text-muted-foreground">
          {question?.run.is_hosted === false ? (
            <>{name} ends now. What has arrived is kept, and nothing more is taken.</>
          ) : (
            <>{name} stops now. Finished rollouts are kept; those in progress are lost.</>
          )}
        </p>
      )}
    </ConfirmDialog>
  )
}
