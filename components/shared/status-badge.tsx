import { Ban, Check, CircleDashed, Clock, LoaderCircle, Unplug, X } from "lucide-react"
import { Badge } from "@/components/ui/badge.tsx"
import { Tooltip } from "@/components/ui/overlay/tooltip.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { wordsOf } from "./run-facts.ts"

const icons = {
  PENDING: CircleDashed,
  RUNNING: LoaderCircle,
  PROCESSING: LoaderCircle,
  COMPLETED: Check,
  FAILED: X,
  TIMEOUT: Clock,
  CANCELLED: Ban,
} as const

export function StatusBadge({ run }: { run: Pick<Evaluation, "status" | "stale"> }) {
  const { status } = run
  // A platform that is newer than this page may know more statuses.
  const { label, tone, sentence } = wordsOf(run) ?? {
    label: status,
    tone: "neutral" as const,
    sentence: "This page does not know this status.",
  }
  const Icon = run.stale ? Unplug : (icons[status] ?? CircleDashed)
  const turns = !run.stale && (status === "RUNNING" || status === "PROCESSING")
  return (
    <Tooltip content={sentence}>
      <Badge tone={tone}>
        <Icon aria-hidden className={turns ? "animate-spin motion-reduce:animate-none" : undefined} />
        {label}
      </Badge>
    </Tooltip>
  )
}
