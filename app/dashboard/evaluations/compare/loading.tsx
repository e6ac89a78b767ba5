import { LoadingPage } from "@/components/shell/loading-page.tsx"
import { Skeleton } from "@/components/ui/skeleton.tsx"

export default function Loading() {
  return (
    <LoadingPage what="Comparing runs" className="gap-6">
      <Skeleton className="h-7 w-28" />
      <Skeleton className="h-7 w-full max-w-xl" />
      <Skeleton className="h-24 w-full max-w-4xl" />
      <Skeleton className="h-80 w-full" />
    </LoadingPage>
  )
}
