import { LoadingPage, LoadingRows } from "@/components/shell/loading-page.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <LoadingPage what="Loading environments">
      <Skeleton className="h-7 w-40" />
      <div className="flex flex-wrap gap-2">
        <Skeleton className="h-8 w-72 max-sm:w-full" />
        <Skeleton className="h-8 w-44 max-sm:w-auto max-sm:flex-1" />
        <Skeleton className="h-8 w-44 max-sm:w-auto max-sm:flex-1" />
      </div>
      <LoadingRows count={6} height="h-16">
        <div className="flex grow flex-col gap-2">
          <Skeleton className="w-56" />
          <Skeleton className="h-3 w-full max-w-md" />
        </div>
        <Skeleton className="w-16 max-md:hidden" />
        <Skeleton className="w-24 max-sm:hidden" />
        <Skeleton className="w-24" />
      </LoadingRows>
    </LoadingPage>
  )
}
