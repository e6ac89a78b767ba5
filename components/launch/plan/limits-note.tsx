"use client"

import type { HeldLimit } from "@/contract/index.ts"
import { formatCount, formatMoney } from "@/lib/format.ts"
import { useLimits } from "./use-limits.ts"

const whoseOf = (teamId: string | null): Record<HeldLimit["scope"], string> => ({
  account: teamId ? "the team's budget" : "your budget",
  member: "your part of the team's",
  person: "your limit on this platform",
})

/** What is used of a limit, and whether a launch of so many runs would be refused for it. */
function linesOf({ monthly_usd: usd, spent_usd: spent, runs_at_once: atOnce, runs_now: now }: HeldLimit, runs: number, whose: string) {
  return [
    ...(usd === null
      ? []
      : [
          {
            text: `${formatMoney(spent)} of ${formatMoney(usd)} spent this month (${whose})`,
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

/** The limits that hold for a launch, before it is made. @param runs how many it would be @param teamId the team that pays; null for the person */
export function LimitsNote({ runs, teamId }: { runs: number; teamId: string | null }) {
  const whose = whoseOf(teamId)
  const lines = useLimits(teamId).flatMap((limit) => linesOf(limit, runs, whose[limit.scope]))
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
