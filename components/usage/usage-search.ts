import { paths } from "@/lib/paths.ts"

/** What the address of the usage page says. */
export interface UsageSearch {
  /** A team's id; null for one's own account. */
  team: string | null
  days: number
}

export const periods = [7, 30, 90, 365] as const
const periodDefault = 30

type SearchParams = Record<string, string | string[] | undefined>
const firstOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value) || undefined

export function parseUsageSearch(searchParams: SearchParams): UsageSearch {
  const days = periods.find((one) => String(one) === firstOf(searchParams.days)) ?? periodDefault
  return { team: firstOf(searchParams.team) ?? null, days }
}

export function usageHref({ team, days }: UsageSearch): string {
  const search = new URLSearchParams()
  if (team) search.set("team", team)
  if (days !== periodDefault) search.set("days", String(days))
  const text = search.toString()
  return `${paths.usage}${text ? `?${text}` : ""}`
}

const dayMs = 86_400_000
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** First and last day (UTC) of the last `days` days. */
export const periodOf = (days: number, now: number): { from: string; to: string } => ({
  from: dayOf(now - (days - 1) * dayMs),
  to: dayOf(now),
})

/** The cost of every day from the first to the last; those that the platform left out had nothing. */
export function costByDay(rows: readonly { day: string; cost_usd: number }[], from: string, to: string): { day: string; cost: number }[] {
  const known = new Map(rows.map((row) => [row.day, row.cost_usd]))
  const days: { day: string; cost: number }[] = []
  for (let time = Date.parse(from); time <= Date.parse(to); time += dayMs)
    days.push({ day: dayOf(time), cost: known.get(dayOf(time)) ?? 0 })
  return days
}
