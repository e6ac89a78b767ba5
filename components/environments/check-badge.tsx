import { Ban, Check, CircleDashed, LoaderCircle, X } from "lucide-react"
import { Badge, type BadgeTone } from "@/components/ui/badge.tsx"
import type { ActionStatus } from "@/contract/index.ts"

const looks: Record<ActionStatus, { label: string; tone: BadgeTone; Icon: typeof Check; sentence: string }> = {
  PENDING: {
    label: "Check queued",
    tone: "neutral",
    Icon: CircleDashed,
    sentence: "The newest version is waiting to be installed and loaded once.",
  },
  RUNNING: { label: "Checking", tone: "info", Icon: LoaderCircle, sentence: "The newest version is being installed and loaded." },
  SUCCESS: { label: "Check passed", tone: "neutral", Icon: Check, sentence: "The newest version could be installed and loaded." },
  FAILED: { label: "Check failed", tone: "danger", Icon: X, sentence: "The newest version could not be installed or loaded." },
  CANCELLED: { label: "Check stopped", tone: "neutral", Icon: Ban, sentence: "The check of the newest version was stopped." },
}

export const isUnderWay = (status: ActionStatus | null | undefined): boolean => status === "PENDING" || status === "RUNNING"

/** Whether the newest version could be installed and loaded. */
export function CheckBadge({ status }: { status: ActionStatus }) {
  const { label, tone, Icon, sentence } = looks[status] ?? { label: status, tone: "neutral" as const, Icon: CircleDashed, sentence: "" }
  return (
    <Badge tone={tone} title={sentence}>
      <Icon aria-hidden className={status === "RUNNING" ? "animate-spin motion-reduce:animate-none" : undefined} />
      {label}
    </Badge>
  )
}
