import type { CSSProperties } from "react"
import { cn } from "@/components/ui/cn.ts"

export type CellLook = { kind: "reward"; share: number } | { kind: "unscored" | "error" | "running" | "pending" }

/**
 * Classes and style of one small square. The height of the fill says the reward as well as its colour does, errors are
 * striped, and what is still to come is hollow, so that nothing depends on colour alone.
 */
export function cellLook(look: CellLook): { className: string; style?: CSSProperties } {
  const shape = "block h-4 w-2.5 rounded-[2px] border"
  switch (look.kind) {
    case "reward": {
      const percent = Math.round(look.share * 100)
      const color = `color-mix(in oklab, var(--success) ${percent}%, var(--chart-3))`
      return {
        className: cn(shape, "border-[var(--cell)]"),
        style: {
          "--cell": color,
          background: `linear-gradient(to top, ${color} ${Math.max(8, percent)}%, color-mix(in oklab, ${color} 18%, transparent) 0)`,
        } as CSSProperties,
      }
    }
    case "unscored":
      return { className: cn(shape, "border-muted-foreground bg-muted") }
    case "error":
      return {
        className: cn(shape, "border-danger-fill"),
        style: {
          background:
            "repeating-linear-gradient(135deg, var(--danger-fill) 0 2px, color-mix(in oklab, var(--danger-fill) 35%, transparent) 2px 4px)",
        },
      }
    case "running":
      return { className: cn(shape, "animate-pulse border-info bg-info/25 motion-reduce:animate-none") }
    case "pending":
      return { className: cn(shape, "border-border bg-transparent") }
  }
}
