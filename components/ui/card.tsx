import type { ComponentProps, ReactNode } from "react"
import { cn } from "./cn.ts"

/** A part of a page whose header and body are given apart; `Section` is the same in one piece. */
export function Card({ className, ...rest }: ComponentProps<"section">) {
  return <section className={cn("min-w-0", className)} {...rest} />
}

/** Title row over a hairline, with room for buttons on the right. */
export function CardHeader({ title, action, id, level = 2 }: { title: ReactNode; action?: ReactNode; id?: string; level?: 2 | 3 }) {
  const Heading = level === 2 ? "h2" : "h3"
  return (
    <div className="flex min-h-8 flex-wrap items-center justify-between gap-x-3 gap-y-1.5 border-b pb-1.5">
      <Heading id={id} className="break-anywhere font-semibold text-sm">
        {title}
      </Heading>
      {action}
    </div>
  )
}

export function CardBody({ className, ...rest }: ComponentProps<"div">) {
  return <div className={cn("pt-2.5", className)} {...rest} />
}
