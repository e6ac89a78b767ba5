import { ChevronDown } from "lucide-react"
import type { ComponentProps } from "react"
import { cn } from "@/components/ui/cn.ts"
import { controlClass } from "./input.tsx"

/** The browser's own select, so that phones and screen readers get what they know. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return (
    <span className={cn("relative inline-flex w-full min-w-0", className)}>
      <select className={cn(controlClass, "h-8 appearance-none truncate pr-8 max-lg:h-9")} {...rest} />
      <ChevronDown aria-hidden className="pointer-events-none absolute top-1/2 right-2 size-4 -translate-y-1/2 text-muted-foreground" />
    </span>
  )
}
