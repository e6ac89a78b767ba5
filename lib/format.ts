/** A score with up to three decimals, trailing zeros cut: 0.75, 1, 12.125. */
export function formatScore(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–"
  return String(Number(value.toFixed(3)))
}

/** Whole numbers with thousands separators. */
export const formatCount = (value: number): string => value.toLocaleString("en-US")

/** 950, 12.4k, 3.1M. */
export function formatTokens(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–"
  if (value < 1000) return String(value)
  if (value < 1_000_000) return `${Number((value / 1000).toFixed(1))}k`
  return `${Number((value / 1_000_000).toFixed(1))}M`
}

/** US dollars with as many decimals as small amounts need: $0, $0.0042, $1.25. */
export function formatMoney(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–"
  if (value === 0) return "$0"
  if (value < 0.0001) return "< $0.0001"
  if (value < 0.1) return `$${Number(value.toPrecision(2))}`
  return `$${value.toFixed(2)}`
}

/** 340 ms, 2.4 s, 3 min 05 s, 2 h 14 min. */
export function formatDuration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return "–"
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`
}

/** "just now", "4 min ago", "3 h ago", "12 Mar 2026". */
export function formatAge(iso: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000)
  if (seconds < 45) return "just now"
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`
  if (seconds < 7 * 86_400) return `${Math.round(seconds / 86_400)} d ago`
  return new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" })
}

/** Date and time in UTC, for tooltips and details: 2026-03-12 14:05:09 UTC. */
export const formatInstant = (iso: string): string => `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`
