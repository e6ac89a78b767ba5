import type { ReactNode } from "react"
import { cn } from "./cn.ts"

interface EmptyStateProps {
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
  icon?: ReactNode
  level?: 2 | 3
  className?: string
}

/** Says why there is nothing and what to do next. */
export function EmptyState({ title, children, action, icon, level = 2, className }: EmptyStateProps) {
  const Heading = level === 2 ? "h2" : "h3"
  return (
    <div className={cn("flex flex-col items-center gap-2 rounded-lg border border-dashed px-6 py-12 text-center", className)}>
      {icon && <span className="text-muted-foreground [&_svg]:size-6">{icon}</span>}
      <Heading className="break-anywhere font-medium text-base">{title}</Heading>
      {children && <div className="break-anywhere max-w-prose text-muted-foreground text-sm">{children}</div>}
      {action && <div className="mt-2 flex max-w-full flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}
