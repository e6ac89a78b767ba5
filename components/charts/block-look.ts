import type { CSSProperties } from "react"
import { cn } from "@/components/ui/cn.ts"
import { rewardColour } from "./reward-colour.ts"

export type BlockLook = { kind: "reward"; share: number } | { kind: "unscored" | "error" | "truncated" | "running" | "pending" }

/** Two strokes from corner to corner. */
const cross = ["to top right", "to bottom right"]
  .map((to) => `linear-gradient(${to}, transparent calc(50% - 0.6px), var(--danger) 0 calc(50% + 0.6px), transparent 0)`)
  .join(", ")

/**
 * Classes and style of a block, the drawing of one rollout: its reward as colour, an error as a cross, a truncated one as a dashed outline,
 * one in progress in the accent, one still to come hollow. Shapes differ, too, so that it can be read without colour.
 * @param size Tailwind's class for its sides
 */
export function blockLook(look: BlockLook, size = "size-3"): { className: string; style?: CSSProperties } {
  const shape = cn("block rounded-[2px] border", size)
  switch (look.kind) {
    case "reward":
      return { className: cn(shape, "border-transparent bg-clip-border"), style: { background: rewardColour(look.share) } }
    case "unscored":
      return { className: cn(shape, "border-muted-foreground bg-muted") }
    case "truncated":
      return { className: cn(shape, "border-muted-foreground border-dashed bg-muted") }
    case "error":
      return { className: cn(shape, "border-danger"), style: { background: cross } }
    case "running":
      return { className: cn(shape, "animate-pulse border-accent bg-selected motion-reduce:animate-none") }
    case "pending":
      return { className: cn(shape, "border-border-strong bg-transparent") }
  }
}
