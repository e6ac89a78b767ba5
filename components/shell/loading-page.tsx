import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn.ts"
import { Skeleton } from "@/components/ui/skeleton.tsx"

/** A page whose data is on its way; `what` is announced to screen readers. */
export function LoadingPage({ what = "Loading", className, children }: { what?: string; className?: string; children: ReactNode }) {
  return (
    <div className={cn("flex flex-col gap-4", className)} aria-busy="true">
      <span role="status" className="sr-only">
        {what}
      </span>
      {children}
    </div>
  )
}

/** The rows of a table that is on its way. */
export function LoadingRows({ count, height, children }: { count: number; height: string; children: ReactNode }) {
  return (
    <div>
      <div className="h-8 border-b" />
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={i} className={cn("flex items-center gap-6 border-b px-3 last:border-b-0", height)}>
          {children}
        </div>
      ))}
    </div>
  )
}

/** A tab of an environment. */
export function LoadingTab() {
  return (
    <LoadingPage className="gap-3">
      <Skeleton className="h-7 w-56" />
      <Skeleton className="h-8 w-full max-w-2xl" />
      <Skeleton className="h-80 rounded-lg" />
    </LoadingPage>
  )
}
