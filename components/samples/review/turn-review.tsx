"use client"

import { MessageSquarePlus } from "lucide-react"
import dynamic from "next/dynamic"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import type { Review } from "@/contract/index.ts"

const ReviewForm = dynamic(() => import("./review-form.tsx").then((module) => module.ReviewForm), {
  ssr: false,
  loading: () => <Spinner label="Loading the form" />,
})

interface TurnReviewProps {
  runId: string
  sampleId: string
  turn: string
  mine: Review | null
}

/** A button on a turn that opens what the reader says about it. */
export function TurnReview({ runId, sampleId, turn, mine }: TurnReviewProps) {
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        icon
        aria-label={`Review message ${turn}`}
        title="Review this message"
        onClick={() => setOpen(true)}
        className="-my-1 size-5 align-middle text-muted-foreground opacity-0 focus-visible:opacity-100 group-hover/turn:opacity-100 pointer-coarse:size-8 pointer-coarse:opacity-100 [&_svg]:size-3.5"
      >
        <MessageSquarePlus aria-hidden />
      </Button>
      <Dialog open={isOpen} onClose={close} title={`Message ${turn}`} size="md">
        <ReviewForm runId={runId} sampleId={sampleId} turn={turn} mine={mine} isDrawn={false} next={null} hasKeys={false} onDone={close} />
      </Dialog>
    </>
  )
}
