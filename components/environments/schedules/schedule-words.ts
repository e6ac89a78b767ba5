import type { ScheduleTime } from "@/contract/index.ts"

export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const

/** When a schedule is due, in words. */
export function timeWords(when: ScheduleTime): string {
  if (when.kind === "version") return "With each published version"
  const day = when.kind === "daily" ? "Every day" : `Every ${weekdays[when.weekday - 1]}`
  return `${day} at ${when.time}, ${when.time_zone}`
}

/** A moment by the clock of a time zone: "Tue 1 Dec, 06:00". */
export const atZone = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  }).format(new Date(iso))
