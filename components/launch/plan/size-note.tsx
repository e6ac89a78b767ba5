"use client"

import type { LaunchTarget } from "../launch-target.ts"
import { sizePower } from "./size-power.ts"
import { usePlan } from "./use-plan.ts"

/** What a run of the size that is entered can tell, and what would help. */
export function SizeNote({ target, models }: { target: LaunchTarget; models: readonly string[] }) {
  const { outline, rewards } = usePlan(target, models)
  if (outline.size === null) return null
  const { claim, advice, basis } = sizePower(rewards, outline.size, outline.most)
  return (
    <p className="text-muted-foreground text-xs">
      <span className="text-foreground">{claim}</span> {advice} <span className="block text-2xs">{basis}</span>
    </p>
  )
}
