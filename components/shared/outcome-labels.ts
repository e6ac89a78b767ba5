import type { RolloutOutcome } from "@/contract/index.ts"

/** How a rollout ended, in a word. */
export const outcomeLabels: Record<RolloutOutcome, string> = { ok: "OK", truncated: "Truncated", error: "Error" }
