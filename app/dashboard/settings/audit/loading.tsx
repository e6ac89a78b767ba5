import { LoadingPage } from "@/components/shell/loading-page.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <LoadingPage what="Loading the audit log">
      <Skeleton className="h-7 w-48" />
      <Skeleton className="h-96 rounded-lg" />
    </LoadingPage>
  )
}
