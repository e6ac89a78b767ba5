import { shellWord } from "./run-config/shell-text.ts"

export interface Gate {
  /** An evaluation's id, or `baseline` for the one that is pinned for the other's environment. */
  baseline: string
  run: string
  errors: "zero" | "excluded"
  margin: number
}

/**
 * A line for a shell that asks for the verdict, prints it, and ends with 1 when the run is worse than the baseline, and with 2 when the
 * platform did not answer. The last line that curl prints is the status.
 * @param origin of the platform, such as https://evals.example
 */
export function gateCommand(origin: string, { baseline, run, errors, margin }: Gate): string {
  const query = new URLSearchParams({ runs: `${baseline},${run}`, fail_on: "worse" })
  if (errors !== "zero") query.set("errors", errors)
  if (margin > 0) query.set("margin", String(margin))
  const address = `${origin}/api/v1/evaluations/compare/verdict?${query}`.replaceAll("%2C", ",")
  return [
    `curl -sS -w '\\n%{http_code}\\n' -H "Authorization: Bearer $PRIME_API_KEY" ${shellWord(address)} |`,
    `awk '{ if (NR > 1) print last; last = $0 } END { exit last == 200 ? 0 : last == 412 ? 1 : 2 }'`,
  ].join(" \\\n  ")
}
