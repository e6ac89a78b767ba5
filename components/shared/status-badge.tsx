import { Ban, Check, CircleDashed, Clock, LoaderCircle, X } from "lucide-react"
import { Badge } from "@/components/ui/badge.tsx"
import { Tooltip } from "@/components/ui/overlay/tooltip.tsx"
import type { EvaluationStatus } from "@/contract/index.ts"
import { statusWords } from "./run-facts.ts"

const icons = {
  PENDING: CircleDashed,
  RUNNING: LoaderCircle,
  PROCESSING: LoaderCircle,
  COMPLETED: Check,
  FAILED: X,
  TIMEOUT: Clock,
  CANCELLED: Ban,
} as const

export function StatusBadge({ status }: { status: EvaluationStatus }) {
  // A platform that is newer than this page may know more statuses.
  const { label, tone, sentence } = statusWords[status] ?? {
    label: status,
    tone: "neutral" as const,
    sentence: "This page does not know this status.",
  }
  const Icon = icons[status] ?? CircleDashed
  const turns = status === "RUNNING" || status === "PROCESSING"
  return (
    <Tooltip content={sentence}>
      <Badge tone={tone}>
        <Icon aria-hidden className={turns ? "animate-spin motion-reduce:animate-none" : undefined} />
        {label}
      </Badge>
    </Tooltip>
  )
}
