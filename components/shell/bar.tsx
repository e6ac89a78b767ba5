import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"

interface BarProps {
  /** Where one is. */
  children: ReactNode
  /** The pages of what is shown, and how it stands. */
  tabs?: ReactNode
  /** Buttons at the right. */
  actions?: ReactNode
}

/** The one line above a page, 48 pixels high, which stays in view; on narrow screens the tabs take a line of their own. */
export function Bar({ children, tabs, actions }: BarProps) {
  return (
    <header className="sticky top-0 z-20 -mx-4 mb-2 flex flex-wrap items-center gap-x-6 border-b bg-background px-4 sm:-mx-6 sm:px-6 lg:h-12 lg:flex-nowrap print:static print:mx-0 print:px-0">
      <div className="flex h-12 min-w-0 shrink grow basis-24 items-center gap-2.5 text-sm lg:grow-0 lg:basis-auto">{children}</div>
      {tabs && (
        <div className="order-last flex min-w-0 basis-full items-center gap-4 lg:order-none lg:h-12 lg:flex-1 print:hidden">{tabs}</div>
      )}
      {actions && (
        <div className="ml-auto flex items-center gap-2 max-lg:py-2 max-sm:min-w-0 max-sm:gap-1.5 sm:shrink-0 print:hidden">{actions}</div>
      )}
    </header>
  )
}

/** Between two names in the bar. */
export function BarSeparator({ className }: { className?: string }) {
  return (
    <span aria-hidden className={cn("text-border-strong", className)}>
      /
    </span>
  )
}
