import type { ComponentProps } from "react"
import { cn } from "@/components/ui/cn.ts"

/** Shared by everything one types into or chooses from. 16 px on touch screens, or phones zoom in. */
export const controlClass =
  "w-full min-w-0 rounded-md border border-input bg-card px-2.5 text-sm text-foreground pointer-coarse:text-lg placeholder:text-muted-foreground focus-visible:outline-2 focus-visible:outline-ring focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-danger"

export function Input({ className, type = "text", ...rest }: ComponentProps<"input">) {
  return <input type={type} className={cn(controlClass, "h-8 max-lg:h-9", className)} {...rest} />
}
