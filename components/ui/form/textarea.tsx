import type { ComponentProps } from "react"
import { cn } from "@/components/ui/cn.ts"
import { controlClass } from "./input.tsx"

/** `code` is for JSON and other text that a machine reads. */
export function Textarea({ className, code = false, rows = 4, ...rest }: ComponentProps<"textarea"> & { code?: boolean }) {
  return (
    <textarea
      rows={rows}
      {...(code ? { spellCheck: false, autoCapitalize: "off", autoComplete: "off" } : {})}
      className={cn(controlClass, "min-h-16 resize-y py-1.5", code && "font-mono text-xs", className)}
      {...rest}
    />
  )
}
