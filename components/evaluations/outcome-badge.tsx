import { Check, Scissors, X } from "lucide-react"
import { Badge } from "@/components/ui/badge.tsx"
import type { RolloutOutcome } from "@/contract/index.ts"

const looks = {
  ok: { label: "OK", tone: "neutral", Icon: Check },
  truncated: { label: "Truncated", tone: "warning", Icon: Scissors },
  error: { label: "Error", tone: "danger", Icon: X },
} as const

/** How a rollout ended. A reward of 0 is a result; an error is not. */
export function OutcomeBadge({ outcome }: { outcome: RolloutOutcome }) {
  const { label, tone, Icon } = looks[outcome] ?? looks.ok
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {label}
    </Badge>
  )
}
