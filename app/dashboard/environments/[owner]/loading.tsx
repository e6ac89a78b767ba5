import { LoadingPage } from "@/components/shell/loading-page.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <LoadingPage what="Loading the environment">
      <div className="flex flex-col gap-2">
        <Skeleton className="h-3 w-40" />
        <Skeleton className="h-7 w-64 max-w-full" />
        <Skeleton className="w-full max-w-xl" />
        <Skeleton className="h-5 w-72 max-w-full" />
      </div>
      <div className="h-9 border-b" />
      <Skeleton className="h-80 rounded-lg" />
    </LoadingPage>
  )
}
