import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"

interface ScrollTableProps {
  label: string
  columns: readonly { name: string; className?: string; title?: string }[]
  /** The height after which it scrolls. */
  className: string
  /** Rows. */
  children: ReactNode
}

/** A table that scrolls under its head, by keyboard too. */
export function ScrollTable({ label, columns, className, children }: ScrollTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className={cn("overflow-auto", className)}>
      <table className="w-full text-left text-sm">
        <thead className="sticky top-0 z-10 bg-background text-muted-foreground text-xs shadow-[inset_0_-1px_0_var(--border)]">
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                title={column.title}
                className={cn("h-8 whitespace-nowrap px-2 font-medium", column.className)}
              >
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
