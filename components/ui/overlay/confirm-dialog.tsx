"use client"

import type { ReactNode } from "react"
import { Button } from "@/components/ui/button.tsx"
import { FieldError } from "@/components/ui/form/field.tsx"
import { Dialog } from "./dialog.tsx"

interface ConfirmDialogProps {
  open: boolean
  onClose: () => void
  onConfirm: () => void
  title: ReactNode
  /** What will happen, in a sentence. */
  children?: ReactNode
  confirmLabel: string
  cancelLabel?: string
  tone?: "primary" | "danger"
  pending?: boolean
  error?: string | null
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onClose, onConfirm, title, children, confirmLabel, cancelLabel = "Cancel", tone = "danger", pending = false, error } = props
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{cancelLabel}</Button>
          <Button variant={tone} pending={pending} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-2 text-sm">
        {children}
        <div role="alert">{error && <FieldError>{error}</FieldError>}</div>
      </div>
    </Dialog>
  )
}
