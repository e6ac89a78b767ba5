import { parseAsInteger, parseAsNumberLiteral } from "nuqs/server"
import { listSearch, type StateOf, text } from "@/lib/list-search.ts"

export const usageSearch = listSearch({
  parsers: {
    /** A team's id; empty for one's own account. */
    team: text().withDefault(""),
    days: parseAsNumberLiteral([7, 30, 90, 365]).withDefault(30),
    /** Pages of members or people, and of teams, from 1. */
    people: parseAsInteger.withDefault(1),
    teams: parseAsInteger.withDefault(1),
  },
  filters: {
    team: { kind: "one", label: "Account", any: "My own account", className: "w-48" },
    days: {
      kind: "one",
      label: "Period",
      options: { 7: "Last 7 days", 30: "Last 30 days", 90: "Last 90 days", 365: "Last year" },
      className: "w-36",
    },
  },
})

export type UsageSearch = StateOf<typeof usageSearch>

/** The state of the page as a query of `getUsage`. */
export const toUsageQuery = ({ team, days }: Pick<UsageSearch, "team" | "days">, now: number) => ({
  team_id: team || null,
  ...periodOf(days, now),
})

const dayMs = 86_400_000
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** First and last day (UTC) of the last `days` days. */
export const periodOf = (days: number, now: number): { from: string; to: string } => ({
  from: dayOf(now - (days - 1) * dayMs),
  to: dayOf(now),
})

/** The cost of every day of a period. The platform leaves out days without cost. */
export function costByDay(rows: readonly { day: string; cost_usd: number }[], from: string, to: string): { day: string; cost: number }[] {
  const known = new Map(rows.map((row) => [row.day, row.cost_usd]))
  const days: { day: string; cost: number }[] = []
  for (let time = Date.parse(from); time <= Date.parse(to); time += dayMs)
    days.push({ day: dayOf(time), cost: known.get(dayOf(time)) ?? 0 })
  return days
}
