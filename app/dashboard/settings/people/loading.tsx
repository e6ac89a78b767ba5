import { LoadingPage } from "@/components/shell/loading-page.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <LoadingPage what="Loading the people">
      <Skeleton className="h-7 w-32" />
      <Skeleton className="h-40 rounded-lg" />
      <Skeleton className="h-32 rounded-lg" />
      <Skeleton className="h-40 rounded-lg" />
    </LoadingPage>
  )
}
