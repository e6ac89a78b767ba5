"use client"

import { useRouter } from "next/navigation"
import { RunDialog } from "@/components/shared/run-dialogs.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { paths } from "@/lib/paths.ts"

interface QuestionDialogProps {
  run: Evaluation
  open: boolean
  onClose: () => void
}

/** Asks before a run is stopped. */
export function StopDialog({ run, open, onClose }: QuestionDialogProps) {
  return <RunDialog question={open ? { kind: "stop", run } : null} onClose={onClose} />
}

/** Asks before a run is deleted, and leaves its page then. */
export function DeleteDialog({ run, open, onClose }: QuestionDialogProps) {
  const router = useRouter()
  return <RunDialog question={open ? { kind: "delete", run } : null} onClose={onClose} onDeleted={() => router.push(paths.evaluations)} />
}
