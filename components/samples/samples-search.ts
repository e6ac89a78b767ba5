import { createParser, parseAsStringLiteral } from "nuqs/server"
import { outcomeLabels } from "@/components/shared/outcome-labels.ts"
import { failureClasses, failureWordings } from "@/contract/failures/classes.ts"
import type { FailureClass, RolloutOutcome } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { ApiError } from "@/lib/api/error.ts"
import { exactText, flag, given, listSearch, number, type Order, type StateOf, sortLink, text } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"
import type { SamplesQuery } from "@/lib/reads/reads.ts"

const sortPattern = /^(?:seq|example|reward|duration|tokens|draw|metric:.*)$/s

const chosenText = (count: number): string => (count === 1 ? "1 chosen sample" : `${count} chosen samples`)

/** As many samples can be drawn as one answer has. */
const queueSize = () =>
  createParser({
    parse: (value) => (/^[1-9]\d{0,5}$/.test(value) ? Math.min(Number(value), limits.samplesPageMax) : null),
    serialize: String,
  })

/** The filters and the order of the samples table, as its address says them. */
export const samplesSearch = listSearch({
  parsers: {
    q: text(200),
    regex: flag(),
    outcome: parseAsStringLiteral(Object.keys(outcomeLabels) as RolloutOutcome[]),
    min: number(),
    max: number(),
    cause: parseAsStringLiteral(failureClasses),
    group: text(100),
    example: exactText(),
    only: text(2000),
    reviewed: parseAsStringLiteral(["true", "false"]),
    label: text(limits.tagCharactersMax),
    sort: createParser({ parse: (value) => (sortPattern.test(value) ? value : null), serialize: String }),
    order: parseAsStringLiteral(["asc", "desc"]),
    /** One row a sample instead of one an example. */
    as: parseAsStringLiteral(["table"]),
    /** How many samples are drawn to be reviewed; a page that has it goes through these. */
    queue: queueSize(),
    /** Whether rewards stay hidden until the reader has rated. */
    blind: flag(),
  },
  filters: {
    q: { kind: "search", label: "Search prompts, answers, tool calls and errors", placeholder: "Search the conversations" },
    regex: { kind: "toggle", label: "Regular expression", text: ".*" },
    outcome: { kind: "one", label: "Outcome", any: "Any outcome", options: outcomeLabels, className: "w-36" },
    min: { kind: "number", label: "Lowest reward", placeholder: "Min" },
    max: { kind: "number", label: "Highest reward", placeholder: "Max" },
    cause: { kind: "removable", text: (value) => failureWordings[value as FailureClass].label },
    group: { kind: "removable", text: () => "The same error" },
    example: { kind: "removable", text: (value) => `Example ${value}` },
    only: { kind: "removable", text: (value) => chosenText(value.split(",").length) },
    reviewed: {
      kind: "one",
      label: "Review",
      any: "Any review",
      options: { true: "Reviewed", false: "Not reviewed" },
      className: "w-32",
    },
    label: { kind: "removable", text: (value) => `Label ${value}` },
  },
})

export type SamplesSearch = StateOf<typeof samplesSearch>

/** The filters as `listSampleSummaries` takes them. */
export const toSamplesFilter = ({ q, regex, outcome, min, max, cause, group, example, only, reviewed, label }: SamplesSearch) =>
  given({
    search: q,
    search_mode: q !== null && regex ? ("regex" as const) : null,
    outcome,
    reward_min: min,
    reward_max: max,
    error_class: cause,
    error_group: group,
    example_id: example,
    sample_ids: only,
    reviewed: reviewed === null ? null : reviewed === "true",
    label,
  }) satisfies SamplesQuery

/** Whether rollouts of an example share a row: unless the reader wants the table, or an order that only samples have. */
export const isByExample = ({ as, sort, queue }: SamplesSearch): boolean =>
  as === null && queue === null && (sort === null || sort === "example" || sort === "seq")

/** Answers are read only where they are shown. */
export const withAnswers = (state: SamplesSearch) => (isByExample(state) ? ({ with_answers: true } satisfies SamplesQuery) : {})

/** Why a search cannot be made; null for any other error, and for none. */
export function refusalOf(error: unknown): string | null {
  const refusal = error instanceof ApiError ? error.problems.find(({ field }) => field === "search") : undefined
  return refusal ? `The text ${refusal.message}` : null
}

/** The order as `listSampleSummaries` takes it. */
export const toSamplesOrder = ({ by, order }: Order) => ({ sort_by: by, sort_order: order }) satisfies SamplesQuery

type Change = Parameters<typeof samplesSearch.href>[2]

export const samplesHref = (runId: string, state: SamplesSearch, change: Change = {}): string =>
  samplesSearch.href(paths.samples(runId), state, change)

/** One sample. It keeps the filters, so that the way back and the neighbours stay the same. */
export const sampleHref = (runId: string, sampleId: string, state: SamplesSearch): string =>
  samplesSearch.href(paths.sample(runId, sampleId), state, {})

/** Examples are read from the first, everything else from the highest. */
const naturalOrder = (sort: string): "asc" | "desc" => (sort === "example" || sort === "seq" || sort === "draw" ? "asc" : "desc")

/**
 * The order in force. Samples of a queue are in the order of the draw. Without a choice, the samples of an active run are in the order of their arrival, so that new ones are added
 * below what is being read; those of a finished run are sorted by example.
 */
export function sampleOrder({ sort, order, queue }: SamplesSearch, isActive: boolean): Order {
  if (queue !== null) return { by: "draw", order: "asc" }
  const by = sort ?? (isActive ? "seq" : "example")
  return { by, order: order ?? naturalOrder(by) }
}

/** The link of a column's header. `current` is the order in force, which the address need not name. */
export const sortSamplesBy = (runId: string, state: SamplesSearch, current: Order, by: string) =>
  sortLink(current, by, naturalOrder, ({ sort, order }) => samplesHref(runId, state, { sort, order: order ?? naturalOrder(sort) }))
