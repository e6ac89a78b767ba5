import { Check, Scissors, TriangleAlert, X } from "lucide-react"
import { outcomeLabels } from "@/components/shared/outcome-labels.ts"
import { Badge } from "@/components/ui/badge.tsx"
import { failureWordings } from "@/contract/failures/classes.ts"
import type { FailureClass, RolloutOutcome } from "@/contract/index.ts"

const looks = {
  ok: { label: outcomeLabels.ok, tone: "neutral", Icon: Check },
  truncated: { label: outcomeLabels.truncated, tone: "warning", Icon: Scissors },
  error: { label: outcomeLabels.error, tone: "danger", Icon: X },
} as const

/** How a rollout ended. A reward of 0 is a result; an error is not. What counts as a result although it went wrong says what it was. */
export function OutcomeBadge({ outcome, problem }: { outcome: RolloutOutcome; problem?: FailureClass | null }) {
  const { label, tone, Icon } = looks[outcome] ?? looks.ok
  if (outcome === "ok" && problem && failureWordings[problem]) {
    return (
      <Badge tone="warning" className="max-w-full" title={failureWordings[problem].title}>
        <TriangleAlert aria-hidden />
        <span className="truncate">{failureWordings[problem].label}</span>
      </Badge>
    )
  }
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {label}
    </Badge>
  )
}
