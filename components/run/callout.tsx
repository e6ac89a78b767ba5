import type { LucideIcon } from "lucide-react"
import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"

interface CalloutProps {
  id: string
  tone: "warning" | "danger"
  Icon: LucideIcon
  title: string
  children: ReactNode
}

/** A panel above the results that says what went wrong with the run. */
export function Callout({ id, tone, Icon, title, children }: CalloutProps) {
  const isWarning = tone === "warning"
  return (
    <section
      aria-labelledby={id}
      className={cn("min-w-0 rounded-lg border border-l-4 bg-card p-4", isWarning ? "border-l-warning" : "border-l-danger-fill")}
    >
      <h2 id={id} className={cn("flex items-start gap-2 font-semibold text-base", isWarning ? "text-warning" : "text-danger")}>
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="break-anywhere">{title}</span>
      </h2>
      {children}
    </section>
  )
}

export const Advice = ({ children }: { children: ReactNode }) => (
  <p className="break-anywhere mt-3 max-w-prose text-sm">
    <span className="font-medium">What to do: </span>
    {children}
  </p>
)
