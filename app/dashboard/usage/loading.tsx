import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <div className="flex flex-col gap-4" aria-busy="true">
      <span role="status" className="sr-only">
        Loading the usage
      </span>
      <Skeleton className="h-7 w-24" />
      <Skeleton className="h-36 rounded-lg" />
      <Skeleton className="h-22 rounded-lg" />
      <Skeleton className="h-72 rounded-lg" />
      <Skeleton className="h-48 rounded-lg" />
    </div>
  )
}
