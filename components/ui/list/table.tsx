import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react"
import type { ComponentProps, ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"

/** Scrolls a wide table inside itself, by keyboard too. */
export function TableScroller({ label, className, ...rest }: ComponentProps<"section"> & { label: string }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
      tabIndex={0}
      className={cn("relative w-full overflow-x-auto", className)}
      {...rest}
    />
  )
}

/** A table whose texts begin and end where the page's own do. */
export function Table({ className, ...rest }: ComponentProps<"table">) {
  const edges = "[&_:is(th,td):first-child]:pl-0 [&_:is(th,td):last-child]:pr-0"
  return <table className={cn("w-full border-collapse text-left text-sm", edges, className)} {...rest} />
}

export function Thead({ className, ...rest }: ComponentProps<"thead">) {
  return <thead className={cn("border-b text-2xs text-muted-foreground", className)} {...rest} />
}

export function Tbody({ className, ...rest }: ComponentProps<"tbody">) {
  return <tbody className={cn("[&>tr:last-child]:border-b-0", className)} {...rest} />
}

export function Tr({ className, ...rest }: ComponentProps<"tr">) {
  return <tr className={cn("border-b hover:bg-muted", className)} {...rest} />
}

interface ThProps extends ComponentProps<"th"> {
  numeric?: boolean
  /** The link that sorts by this column, and how the table is sorted by it now. */
  sort?: { href: string; direction: "asc" | "desc" | null }
  children?: ReactNode
}

export function Th({ numeric = false, sort, className, children, ...rest }: ThProps) {
  const Icon = sort?.direction === "asc" ? ArrowUp : sort?.direction === "desc" ? ArrowDown : ChevronsUpDown
  return (
    <th
      scope="col"
      className={cn("h-8 whitespace-nowrap px-3 font-medium", numeric && "text-right", className)}
      {...(sort?.direction ? { "aria-sort": sort.direction === "asc" ? ("ascending" as const) : ("descending" as const) } : {})}
      {...rest}
    >
      {sort ? (
        <Link
          href={sort.href}
          scroll={false}
          prefetch={false}
          className={cn(
            "inline-flex items-center gap-1 hover:text-foreground focus-visible:outline-offset-0",
            sort.direction && "text-foreground",
          )}
        >
          {children}
          <Icon aria-hidden className={cn("size-3", !sort.direction && "opacity-50")} />
        </Link>
      ) : (
        children
      )}
    </th>
  )
}

export function Td({ numeric = false, className, ...rest }: ComponentProps<"td"> & { numeric?: boolean }) {
  return <td className={cn("h-9 px-3 py-1.5 align-middle", numeric && "tabular text-right", className)} {...rest} />
}

/** The header of a column of buttons. */
export function ActionsTh() {
  return (
    <Th>
      <span className="sr-only">Actions</span>
    </Th>
  )
}
