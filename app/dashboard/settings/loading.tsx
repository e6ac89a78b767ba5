import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <div className="flex max-w-4xl flex-col gap-4" aria-busy="true">
      <span role="status" className="sr-only">
        Loading the settings
      </span>
      <Skeleton className="h-7 w-32" />
      <Skeleton className="h-40 rounded-lg" />
      <Skeleton className="h-32 rounded-lg" />
      <Skeleton className="h-40 rounded-lg" />
    </div>
  )
}
