import type { ComponentProps, ReactNode } from "react"
import { cn } from "./cn.ts"

export function Card({ className, ...rest }: ComponentProps<"section">) {
  return <section className={cn("min-w-0 rounded-lg border bg-card", className)} {...rest} />
}

/** Title row of a card, with room for buttons on the right. */
export function CardHeader({ title, action, id, level = 2 }: { title: ReactNode; action?: ReactNode; id?: string; level?: 2 | 3 }) {
  const Heading = level === 2 ? "h2" : "h3"
  return (
    <div className="flex min-h-10 flex-wrap items-center justify-between gap-x-3 gap-y-1.5 border-b px-4 py-1.5">
      <Heading id={id} className="break-anywhere font-medium text-sm">
        {title}
      </Heading>
      {action}
    </div>
  )
}

export function CardBody({ className, ...rest }: ComponentProps<"div">) {
  return <div className={cn("p-4", className)} {...rest} />
}
