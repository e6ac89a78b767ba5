import { LoadingPage } from "@/components/shell/loading-page.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <LoadingPage what="Loading the models">
      <Skeleton className="h-7 w-32" />
      <Skeleton className="h-24" />
      <Skeleton className="h-36" />
      <Skeleton className="h-64" />
    </LoadingPage>
  )
}
