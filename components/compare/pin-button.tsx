"use client"

import { Pin, PinOff } from "lucide-react"
import { useRouter } from "next/navigation"
import { Button } from "@/components/ui/button.tsx"
import { useWrite } from "@/lib/use-write.ts"
import { setBaseline } from "./actions.ts"

interface PinButtonProps {
  environment: { owner: string; name: string }
  evaluationId: string
  isPinned: boolean
}

/** Pins the baseline of a comparison for its environment, or takes the pin away. */
export function PinButton({ environment: { owner, name }, evaluationId, isPinned }: PinButtonProps) {
  const router = useRouter()
  const { run, isPending, refusal } = useWrite()
  return (
    <>
      <Button
        size="sm"
        pending={isPending}
        onClick={() =>
          run(
            () => setBaseline(owner, name, isPinned ? null : evaluationId),
            () => router.refresh(),
          )
        }
      >
        {isPinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
        {isPinned ? "Unpin" : "Pin as baseline"}
      </Button>
      {refusal && (
        <p role="alert" className="break-anywhere mt-1.5 text-danger text-xs">
          {refusal.message}
        </p>
      )}
    </>
  )
}
