"use client"

import { useRouter } from "next/navigation"
import { useEffect } from "react"
import { Shortcuts } from "@/components/ui/keyboard/shortcuts.tsx"
import { rememberOpened } from "./last-opened.ts"
import { ratings } from "./review/rating-words.ts"

interface SampleKeysProps {
  runId: string
  sampleId: string
  previous: string | null
  next: string | null
  list: string
  /** Whether the page has keys to rate it. */
  canReview: boolean
}

/** What they do is the form's own. */
const reviewKeys = [
  ...ratings.map(({ key, word }) => ({ keys: [key], label: `Rate it ${word}` })),
  { keys: ["n"], label: "Write a note" },
  { keys: ["s"], label: "Save the review; in a queue, go on" },
]

/** Keyboard shortcuts of the sample page; the links that they follow are on the page too. */
export function SampleKeys({ runId, sampleId, previous, next, list, canReview }: SampleKeysProps) {
  const router = useRouter()
  useEffect(() => rememberOpened(runId, sampleId), [runId, sampleId])
  const goTo = (href: string | null) => href !== null && router.push(href)
  return (
    <Shortcuts
      shortcuts={[
        { keys: ["j", "ArrowRight"], label: "Next sample", run: () => goTo(next) },
        { keys: ["k", "ArrowLeft"], label: "Previous sample", run: () => goTo(previous) },
        { keys: ["u"], label: "Back to the list", run: () => goTo(list) },
        ...(canReview ? reviewKeys : []),
      ]}
    />
  )
}
