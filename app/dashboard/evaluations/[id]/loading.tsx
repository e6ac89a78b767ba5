import { LoadingPage } from "@/components/shell/loading-page.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <LoadingPage>
      <Skeleton className="h-8 w-full max-w-xl" />
      <Skeleton className="h-40 w-full" />
      <Skeleton className="h-64 w-full" />
    </LoadingPage>
  )
}
