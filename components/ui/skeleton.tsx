import { cn } from "./cn.ts"

/** A grey place for something that is still loading; size it with classes. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span aria-hidden data-skeleton className={cn("block h-4 animate-pulse rounded-sm bg-muted motion-reduce:animate-none", className)} />
  )
}
