import type { ReactNode } from "react"
import { cn } from "./cn.ts"

interface SectionProps {
  id: string
  title: ReactNode
  /** A few words on what is shown, beside the title. */
  note?: ReactNode
  /** Legend, link or buttons at the right. */
  action?: ReactNode
  level?: 2 | 3
  className?: string
  children: ReactNode
}

/** A part of a page under a hairline, without a box around it. */
export function Section({ id, title, note, action, level = 2, className, children }: SectionProps) {
  const Heading = level === 2 ? "h2" : "h3"
  return (
    <section aria-labelledby={id} className={cn("min-w-0", className)}>
      <div className="mb-2.5 flex flex-wrap items-baseline gap-x-2.5 gap-y-1 border-b pb-1.5">
        <Heading id={id} className="break-anywhere font-semibold text-sm">
          {title}
        </Heading>
        {note && <p className="text-2xs text-muted-foreground">{note}</p>}
        {action && <div className="ml-auto flex items-center gap-3 text-2xs text-muted-foreground">{action}</div>}
      </div>
      {children}
    </section>
  )
}
