import type { Interval95 } from "@/contract/statistics/run-statistics.ts"

export { counted, formatCount, formatMoney, formatShare } from "@/contract/text/amount-text.ts"
export { columnDecimals, formatInColumn, formatInterval, formatScore } from "@/contract/text/score-text.ts"

/** What the interval beside a mean is, in words. */
export const intervalWords = ({ approximate, of_all_examples: isOfAll }: Interval95): string =>
  isOfAll
    ? "95 % limits of the mean over all examples of the run, right whenever it stops"
    : approximate
      ? "Approximate 95 % interval (Student's t, since the values have no known range), with the rollouts of one example counted as a cluster"
      : "95 % interval for values in a known range, with the rollouts of one example counted as a cluster"

/** The name of a metric as a label. Environments may leave it empty. */
export const metricLabel = (name: string): string => (name.trim() === "" ? "(no name)" : name)

/** 950, 12.4k, 3.1M. */
export function formatTokens(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–"
  if (value < 1000) return String(value)
  if (value < 999_950) return `${Number((value / 1000).toFixed(1))}k`
  return `${Number((value / 1_000_000).toFixed(1))}M`
}

/** 340 ms, 2.4 s, 3 min 05 s, 2 h 14 min. */
export function formatDuration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return "–"
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 59.95) return `${Number(seconds.toFixed(1))} s`
  const minutes = Math.max(1, Math.floor(seconds / 60))
  if (minutes < 60) return `${minutes} min ${String(Math.max(0, Math.floor(seconds - minutes * 60))).padStart(2, "0")} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`
}

const dateStyles = {
  date: ["en-GB", { day: "numeric", month: "short", year: "numeric" }],
  dayOfYear: ["en-GB", { day: "numeric", month: "short" }],
  weekday: ["en-GB", { weekday: "short" }],
  time: ["en-GB", { hour: "2-digit", minute: "2-digit" }],
  clock: ["en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }],
  sortable: ["en-CA", { year: "numeric", month: "2-digit", day: "2-digit" }],
} as const satisfies Record<string, readonly [string, Intl.DateTimeFormatOptions]>

const dateFormats = new Map<string, Intl.DateTimeFormat>()

/** A moment in a time zone, UTC unless another is named. Formatters are kept: making one takes longer than the rest of a table's row. */
function formatDate(style: keyof typeof dateStyles, at: Date | number, timeZone = "UTC"): string {
  const key = `${style} ${timeZone}`
  const [locale, options] = dateStyles[style]
  const format = dateFormats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone })
  dateFormats.set(key, format)
  return format.format(at)
}

/** "just now", "4 min ago", "3 h ago", "12 Mar 2026"; the date is that of a time zone, UTC unless another is named. */
export function formatAge(iso: string, now: number, timeZone?: string): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000)
  if (seconds < 45) return "just now"
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`
  if (seconds < 7 * 86_400) return `${Math.round(seconds / 86_400)} d ago`
  return formatDate("date", new Date(iso), timeZone)
}

/** A moment as short as it can be told from now, in a time zone: 14:02 today, Thu 14:02 in the last days, 12 Mar this year, 12 Mar 2025. */
export function formatWhen(iso: string, now: number, timeZone = "UTC"): string {
  const at = new Date(iso)
  const [day, today] = [formatDate("sortable", at, timeZone), formatDate("sortable", now, timeZone)]
  const time = formatDate("time", at, timeZone)
  if (day === today) return time
  if (Math.abs(now - at.getTime()) < 6 * 86_400_000) return `${formatDate("weekday", at, timeZone)} ${time}`
  return formatDate(day.slice(0, 4) === today.slice(0, 4) ? "dayOfYear" : "date", at, timeZone)
}

/** The time of a day in a time zone, UTC unless another is named: 14:05:09. */
export const formatClock = (iso: string, timeZone?: string): string => formatDate("clock", new Date(iso), timeZone)

/** Date and time in UTC, for tooltips and details: 2026-03-12 14:05:09 UTC. */
export const formatInstant = (iso: string): string => `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`

/** 950 B, 12.4 kB, 3.1 MB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000 ? `${Number((bytes / 1000).toFixed(1))} kB` : `${Number((bytes / 1_000_000).toFixed(1))} MB`
}
