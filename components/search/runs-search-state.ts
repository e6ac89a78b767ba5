import { parseAsNumberLiteral, parseAsStringLiteral } from "nuqs/server"
import { outcomeLabels } from "@/components/shared/outcome-labels.ts"
import type { RolloutOutcome, SearchHit, SearchQuery } from "@/contract/index.ts"
import { flag, given, listSearch, number, type StateOf, text } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"

const sourceLabels = { samples: "Conversations", logs: "Logs" }

/** What is searched for in all runs, and in which of them, as the address says it. */
export const searchState = listSearch({
  parsers: {
    q: text(200),
    regex: flag(),
    in: parseAsStringLiteral(["samples", "logs"]),
    environment: text(200),
    model: text(500),
    days: parseAsNumberLiteral([1, 7, 30, 90]),
    outcome: parseAsStringLiteral(Object.keys(outcomeLabels) as RolloutOutcome[]),
    min: number(),
    max: number(),
  },
  filters: {
    q: { kind: "search", label: "Search all runs", placeholder: "Search all runs", className: "w-80" },
    regex: { kind: "toggle", label: "Regular expression", text: ".*" },
    in: { kind: "one", label: "Where", any: "Everywhere", options: sourceLabels, className: "w-40" },
    environment: { kind: "one", label: "Environment", any: "Any environment", className: "w-44" },
    model: { kind: "one", label: "Model", any: "Any model", className: "w-44" },
    days: {
      kind: "one",
      label: "When the run was made",
      any: "Any time",
      options: { 1: "Since yesterday", 7: "Last 7 days", 30: "Last 30 days", 90: "Last 90 days" },
      className: "w-36",
    },
    outcome: { kind: "one", label: "Outcome", any: "Any outcome", options: outcomeLabels, className: "w-36" },
    min: { kind: "number", label: "Lowest reward", placeholder: "Min" },
    max: { kind: "number", label: "Highest reward", placeholder: "Max" },
  },
})

export type SearchState = StateOf<typeof searchState>

const dayMs = 86_400_000

/** The search as the API takes it; null where nothing is searched for. Days begin at midnight (UTC), so that it stays the same for a day. */
export function toSearchQuery({ q, regex, in: source, environment, model, days, outcome, min, max }: SearchState, now: number) {
  if (q === null) return null
  return {
    query: q,
    ...given({
      mode: regex ? ("regex" as const) : null,
      in: source,
      environment_name: environment,
      model,
      created_after: days === null ? null : new Date(Math.floor(now / dayMs - days) * dayMs).toISOString(),
      outcome,
      reward_min: min,
      reward_max: max,
    }),
  } satisfies Partial<SearchQuery>
}

/** The message of the sample, or the line of the log, that a hit is in, with the search kept. */
export function hitHref({ evaluation_id: runId, sample, message, line }: SearchHit, { q, regex }: SearchState): string {
  // The log's own search knows no expressions.
  if (!sample) return `${paths.logs(runId)}${regex ? "" : `?${new URLSearchParams({ q: q ?? "", lines: "all" })}`}#L${(line ?? 0) + 1}`
  const search = new URLSearchParams({ q: q ?? "", ...(regex ? { regex: "true" } : {}), ...(message === null ? {} : { message }) })
  return `${paths.sample(runId, sample.sample_id)}?${search}${message === null ? "" : `#message-${message}`}`
}
