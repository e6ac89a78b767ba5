import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <div className="flex flex-col gap-3" aria-busy="true">
      <span role="status" className="sr-only">
        Loading
      </span>
      <Skeleton className="h-7 w-56" />
      <Skeleton className="h-8 w-full max-w-2xl" />
      <Skeleton className="h-80 rounded-lg" />
    </div>
  )
}
