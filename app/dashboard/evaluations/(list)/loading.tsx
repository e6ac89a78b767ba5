import { LoadingPage, LoadingRows } from "@/components/shell/loading-page.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <LoadingPage what="Loading evaluations">
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
      <LoadingRows count={12} height="h-9">
        <Skeleton className="w-24" />
        <Skeleton className="grow" />
        <Skeleton className="w-32 max-sm:hidden" />
        <Skeleton className="w-20 max-sm:hidden" />
      </LoadingRows>
    </LoadingPage>
  )
}
