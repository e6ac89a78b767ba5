"use client"

import { CircleAlert } from "lucide-react"
import { useRouter } from "next/navigation"
import { useTransition } from "react"
import { Button } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"

/** An expected failure of a read, shown where the data would have been. */
export function LoadError({ title, message, retry }: { title: string; message: string; retry?: () => void }) {
  const router = useRouter()
  const [isPending, startTransition] = useTransition()
  return (
    <div role="alert">
      <EmptyState
        icon={<CircleAlert aria-hidden className="text-danger" />}
        title={title}
        action={
          <Button pending={isPending} onClick={() => (retry ? retry() : startTransition(() => router.refresh()))}>
            Try again
          </Button>
        }
      >
        {message}
      </EmptyState>
    </div>
  )
}
