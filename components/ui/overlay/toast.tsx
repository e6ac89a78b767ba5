"use client"

import { X } from "lucide-react"
import { createContext, type ReactNode, useContext, useRef, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"

export interface Toast {
  title: string
  description?: string
  tone?: "neutral" | "success" | "danger"
  /** A button in the message; pressing it closes the message. */
  action?: { label: string; run: () => void }
  /** How long it is shown, in milliseconds. */
  shownMs?: number
}

interface Shown extends Toast {
  id: number
}

const Context = createContext<(toast: Toast) => void>(() => {})

/** Shows a short message in the corner for a few seconds; errors stay until they are closed. */
export const useToast = () => useContext(Context)

const usuallyShownMs = 6000
const edges = { neutral: "border-l-border", success: "border-l-success", danger: "border-l-danger" } as const

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Shown[]>([])
  const lastId = useRef(0)
  const close = (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id))
  const show = (toast: Toast) => {
    lastId.current += 1
    const id = lastId.current
    setToasts((shown) => [...shown.slice(-3), { ...toast, id }])
    if (toast.tone !== "danger") setTimeout(() => close(id), toast.shownMs ?? usuallyShownMs)
  }
  return (
    <Context value={show}>
      {children}
      <section
        aria-label="Messages"
        aria-live="polite"
        className="pointer-events-none fixed right-4 bottom-4 left-4 z-50 flex flex-col items-end gap-2 sm:left-auto sm:w-96"
      >
        {toasts.map((toast) => (
          <div
            key={toast.id}
            className={cn(
              "pointer-events-auto flex w-full items-start justify-between gap-2 rounded-md border border-l-4 bg-card py-2 pr-2 pl-3 shadow-raised",
              edges[toast.tone ?? "neutral"],
            )}
          >
            <div className="break-anywhere text-sm">
              <p className="font-medium">{toast.title}</p>
              {toast.description && <p className="text-muted-foreground">{toast.description}</p>}
            </div>
            {toast.action && (
              <Button
                size="sm"
                className="ml-auto"
                onClick={() => {
                  toast.action?.run()
                  close(toast.id)
                }}
              >
                {toast.action.label}
              </Button>
            )}
            <Button variant="ghost" size="sm" icon aria-label="Dismiss" onClick={() => close(toast.id)}>
              <X aria-hidden />
            </Button>
          </div>
        ))}
      </section>
    </Context>
  )
}
