"use client"

import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { ActionResult } from "@/lib/form-action.ts"
import { useWrite } from "@/lib/use-write.ts"
import type { NamedValue } from "./named-value.ts"

interface RemoveDialogProps {
  kind: "secret" | "variable"
  /** The entry to remove; null while the dialog is closed. */
  entry: NamedValue | null
  onClose: () => void
  remove: (id: string) => Promise<ActionResult<unknown>>
  unlink: ((id: string) => Promise<ActionResult<unknown>>) | undefined
  /** What deleting the entry means, after its name. */
  removeNote: string
}

/** Asks before an entry is deleted, or a global secret unlinked, and does it. */
export function RemoveDialog({ kind, entry, onClose, remove, unlink, removeNote }: RemoveDialogProps) {
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const isLink = entry?.isLinked === true && unlink !== undefined
  const close = () => {
    clear()
    onClose()
  }
  const confirm = () => {
    if (!entry) return
    run(
      () => (isLink ? unlink(entry.id) : remove(entry.id)),
      () => {
        close()
        toast({ title: `${entry.name} was ${isLink ? "unlinked" : "deleted"}`, tone: "success" })
      },
    )
  }
  return (
    <ConfirmDialog
      open={entry !== null}
      onClose={close}
      onConfirm={confirm}
      title={isLink ? "Unlink this secret?" : `Delete this ${kind}?`}
      confirmLabel={isLink ? "Unlink" : "Delete"}
      tone={isLink ? "primary" : "danger"}
      pending={isPending}
      error={refusal?.message ?? null}
    >
      <p className="break-anywhere text-muted-foreground">
        <strong className="font-medium font-mono text-foreground text-xs">{entry?.name}</strong>{" "}
        {isLink ? "is no longer given to this environment. The secret itself stays in your settings." : removeNote}
      </p>
    </ConfirmDialog>
  )
}
