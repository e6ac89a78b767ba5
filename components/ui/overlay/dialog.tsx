"use client"

import { X } from "lucide-react"
import { type ReactNode, useEffect, useId, useRef } from "react"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"

interface DialogProps {
  open: boolean
  onClose: () => void
  title: ReactNode
  description?: ReactNode
  children?: ReactNode
  /** Buttons, right-aligned below the content. */
  footer?: ReactNode
  size?: "sm" | "md" | "lg"
}

const widths = { sm: "max-w-md", md: "max-w-xl", lg: "max-w-4xl" } as const

/** The browser's modal dialog: focus trap, Escape and inert page come with it. */
export function Dialog({ open, onClose, title, description, children, footer, size = "sm" }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    if (!element) return
    if (open && !element.open) element.showModal()
    if (!open && element.open) element.close()
  }, [open])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a modal dialog natively
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      {...(description ? { "aria-describedby": `${id}-description` } : {})}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
      className={cn(
        "max-h-[85dvh] w-[calc(100vw-2rem)] overflow-hidden rounded-lg border bg-card p-0 text-foreground shadow-raised backdrop:bg-black/45",
        widths[size],
      )}
    >
      {open && (
        <div className="flex max-h-[85dvh] flex-col text-start">
          <div className="flex items-start justify-between gap-3 px-4 pt-3.5">
            <div className="min-w-0">
              <h2 id={`${id}-title`} className="break-anywhere font-semibold text-base">
                {title}
              </h2>
              {description && (
                <p id={`${id}-description`} className="break-anywhere mt-0.5 text-muted-foreground text-sm">
                  {description}
                </p>
              )}
            </div>
            <Button variant="ghost" size="sm" icon aria-label="Close" onClick={onClose} className="-mt-1 -mr-1.5">
              <X aria-hidden />
            </Button>
          </div>
          {children && <div className="min-h-0 overflow-y-auto px-4 py-3">{children}</div>}
          {footer && <div className="flex flex-wrap justify-end gap-2 border-t bg-muted/40 px-4 py-2.5">{footer}</div>}
        </div>
      )}
    </dialog>
  )
}
