import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <div className="flex flex-col gap-4" aria-busy="true">
      <span role="status" className="sr-only">
        Loading environments
      </span>
      <Skeleton className="h-7 w-40" />
      <div className="flex flex-wrap gap-2">
        <Skeleton className="h-8 w-72 max-sm:w-full" />
        <Skeleton className="h-8 w-44 max-sm:w-auto max-sm:flex-1" />
        <Skeleton className="h-8 w-44 max-sm:w-auto max-sm:flex-1" />
      </div>
      <div className="rounded-lg border bg-card">
        <div className="h-8 border-b bg-muted/50" />
        {["first", "second", "third", "fourth", "fifth", "sixth"].map((row) => (
          <div key={row} className="flex h-16 items-center gap-6 border-b px-3 last:border-b-0">
            <div className="flex grow flex-col gap-2">
              <Skeleton className="w-56" />
              <Skeleton className="h-3 w-full max-w-md" />
            </div>
            <Skeleton className="w-16 max-md:hidden" />
            <Skeleton className="w-24 max-sm:hidden" />
            <Skeleton className="w-24" />
          </div>
        ))}
      </div>
    </div>
  )
}
