import { LoadingPage } from "@/components/shell/loading-page.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <LoadingPage what="Loading the usage">
      <Skeleton className="h-7 w-24" />
      <Skeleton className="h-36 rounded-lg" />
      <Skeleton className="h-22 rounded-lg" />
      <Skeleton className="h-72 rounded-lg" />
      <Skeleton className="h-48 rounded-lg" />
    </LoadingPage>
  )
}
