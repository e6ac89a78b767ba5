import type { StoredLogLine } from "../store/logs/log-chunks.ts"

/** A line that an environment printed on 14 November 2023. */
export const line = (text: string, also: Partial<StoredLogLine> = {}): StoredLogLine => ({
  at: 1_700_000_000_000,
  stream: "stdout",
  level: "info",
  text,
  ...also,
})
