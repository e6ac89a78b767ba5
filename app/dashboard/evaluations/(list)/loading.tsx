import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <div className="flex flex-col gap-4" aria-busy="true">
      <span role="status" className="sr-only">
        Loading evaluations
      </span>
      <div className="flex items-center justify-between">
        <Skeleton className="h-7 w-36" />
        <Skeleton className="h-8 w-44" />
      </div>
      <div className="flex flex-wrap gap-2">
        <Skeleton className="h-8 w-64" />
        <Skeleton className="h-8 w-36" />
        <Skeleton className="h-8 w-48" />
        <Skeleton className="h-8 w-32" />
      </div>
      <div className="rounded-lg border bg-card">
        <div className="h-8 border-b bg-muted/50" />
        {Array.from({ length: 8 }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
          <div key={i} className="flex h-15 items-center gap-6 border-b px-3 last:border-b-0">
            <Skeleton className="w-24" />
            <Skeleton className="grow" />
            <Skeleton className="w-32 max-sm:hidden" />
            <Skeleton className="w-20 max-sm:hidden" />
          </div>
        ))}
      </div>
    </div>
  )
}
