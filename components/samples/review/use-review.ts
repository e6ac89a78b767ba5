"use client"

import { useQueryClient } from "@tanstack/react-query"
import { useRouter } from "next/navigation"
import { useState } from "react"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import type { PutReviewRequest, Review } from "@/contract/index.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { useWrite } from "@/lib/use-write.ts"
import { removeReview, saveReview } from "./actions.ts"

export interface Reviewed {
  runId: string
  sampleId: string
  /** The number of a message; null for the whole sample. */
  turn: string | null
  /** What the reader has said about it. */
  mine: Review | null
  /** Whether the sample came up in the draw. */
  isDrawn: boolean
}

const labelsOf = (text: string): string[] =>
  text
    .split(",")
    .map((label) => label.trim())
    .filter(Boolean)

/** What the reader is about to say, and how it is stored and taken back. */
export function useReview({ runId, sampleId, turn, mine, isDrawn }: Reviewed) {
  const router = useRouter()
  const toast = useToast()
  const queries = useQueryClient()
  const { run, isPending, refusal } = useWrite()
  const [rating, setRating] = useState(mine?.rating ?? null)
  const [labels, setLabels] = useState(mine?.labels.join(", ") ?? "")
  const [note, setNote] = useState(mine?.note ?? "")
  const [isSaved, setSaved] = useState(false)
  const changing =
    <T>(set: (value: T) => void) =>
    (value: T) => {
      set(value)
      setSaved(false)
    }
  /** What was read of the run's reviews before is not true any more. */
  const forget = () => void queries.invalidateQueries({ queryKey: queryKeys.reviews(runId) })
  const write = (body: PutReviewRequest, onDone: () => void) =>
    run(
      () => saveReview(runId, sampleId, body),
      () => {
        forget()
        onDone()
      },
    )
  const save = (onDone: () => void) =>
    write({ turn, rating, labels: labelsOf(labels), note: note.trim(), drawn: isDrawn }, () => {
      setSaved(true)
      onDone()
    })
  const fill = (from: Review | null) => {
    setRating(from?.rating ?? null)
    setLabels(from?.labels.join(", ") ?? "")
    setNote(from?.note ?? "")
    setSaved(false)
  }
  const remove = (onDone: () => void) =>
    run(
      () => removeReview(runId, sampleId, turn),
      () => {
        fill(null)
        forget()
        onDone()
        if (!mine) return
        const undo = () =>
          write({ turn, rating: mine.rating, labels: mine.labels, note: mine.note, drawn: mine.drawn }, () => {
            fill(mine)
            router.refresh()
          })
        toast({ title: "The review was removed", action: { label: "Undo", run: undo } })
      },
    )
  return {
    rating,
    setRating: changing(setRating),
    labels,
    setLabels: changing(setLabels),
    note,
    setNote: changing(setNote),
    isEmpty: rating === null && labelsOf(labels).length === 0 && note.trim() === "",
    isSaved,
    isPending,
    refusal,
    save,
    remove,
  }
}
