import { LoadingPage } from "@/components/shell/loading-page.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <LoadingPage what="Loading the search">
      <Skeleton className="h-7 w-24" />
      <Skeleton className="h-9 rounded-md" />
      <Skeleton className="h-48 rounded-lg" />
    </LoadingPage>
  )
}
