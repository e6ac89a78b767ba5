"use client"

import { useRouter } from "next/navigation"
import { useEffect, useState } from "react"
import { ShortcutHelp } from "@/components/ui/keyboard/shortcut-help.tsx"
import { useShortcuts } from "@/components/ui/keyboard/use-shortcuts.ts"
import { rememberOpened } from "./last-opened.ts"

interface SampleKeysProps {
  runId: string
  sampleId: string
  previous: string | null
  next: string | null
  list: string
}

/** Keys of the sample page; the links that they follow are on the page too. */
export function SampleKeys({ runId, sampleId, previous, next, list }: SampleKeysProps) {
  const router = useRouter()
  useEffect(() => rememberOpened(runId, sampleId), [runId, sampleId])
  const [isHelpOpen, setHelpOpen] = useState(false)
  const back = () => previous && router.push(previous)
  const on = () => next && router.push(next)
  useShortcuts({ j: on, ArrowRight: on, k: back, ArrowLeft: back, u: () => router.push(list), "?": () => setHelpOpen(true) })
  return (
    <ShortcutHelp
      open={isHelpOpen}
      onOpen={() => setHelpOpen(true)}
      onClose={() => setHelpOpen(false)}
      shortcuts={[
        { keys: ["j", "→"], action: "Next sample" },
        { keys: ["k", "←"], action: "Previous sample" },
        { keys: ["u"], action: "Back to the list" },
        { keys: ["?"], action: "This list" },
      ]}
    />
  )
}
