"use client"

import type { HeldLimit } from "@/contract/index.ts"
import { formatCount, formatMoney } from "@/lib/format.ts"
import { useLimits } from "./use-limits.ts"

const whose: Record<HeldLimit["scope"], string> = {
  account: "your budget",
  member: "your part of the team's",
  person: "your limit on this platform",
}

/** What is used of a limit, and whether a launch of so many runs would be refused for it. */
function linesOf({ scope, monthly_usd: usd, spent_usd: spent, runs_at_once: atOnce, runs_now: now }: HeldLimit, runs: number) {
  return [
    ...(usd === null
      ? []
      : [
          {
            text: `${formatMoney(spent)} of ${formatMoney(usd)} spent this month (${whose[scope]})`,
            isOver: spent >= usd,
            what: "a launch that costs something is refused",
          },
        ]),
    ...(atOnce === null
      ? []
      : [
          {
            text: `${formatCount(now)} of ${formatCount(atOnce)} runs at once are queued or under way`,
            isOver: now + runs > atOnce,
            what: "a launch is refused",
          },
        ]),
  ]
}

/** The limits that hold for a launch, before it is made. @param runs how many it would be */
export function LimitsNote({ runs }: { runs: number }) {
  const lines = useLimits().flatMap((limit) => linesOf(limit, runs))
  if (lines.length === 0) return null
  const isOver = lines.some((line) => line.isOver)
  return (
    <div role={isOver ? "alert" : undefined} className="flex flex-col gap-0.5 text-xs">
      {lines.map(({ text, isOver, what }) => (
        <p key={text} className={isOver ? "text-danger" : "text-muted-foreground"}>
          {text}
          {isOver && `: ${what}`}
        </p>
      ))}
    </div>
  )
}
