import type { LogLine } from "@/contract/index.ts"

/** How lines of each level look; the word says the same as the colour. */
export const levelLooks: Record<LogLine["level"], { mark: string; className: string }> = {
  debug: { mark: "debug", className: "text-muted-foreground" },
  info: { mark: "", className: "" },
  warning: { mark: "warn", className: "text-warning" },
  error: { mark: "error", className: "text-danger" },
}
