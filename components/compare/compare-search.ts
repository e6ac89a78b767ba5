import { createParser, parseAsStringLiteral } from "nuqs/server"
import { type CompareExamplesQuery, comparedMax, errorReadings, exampleChanges } from "@/contract/compare/compare.ts"
import { exactText, flag, given, listSearch, number, type StateOf } from "@/lib/list-search.ts"

/** Ids of runs, joined by commas, each once. */
const ids = createParser({
  parse: (value) => [...new Set(value.split(",").map((id) => id.trim()))].filter(Boolean).slice(0, comparedMax),
  serialize: (list: string[]) => list.join(","),
  eq: (a, b) => a.join() === b.join(),
}).withDefault([])

/** Which runs are compared and how, and which examples are shown, as the address says it. */
export const compareSearch = listSearch({
  parsers: {
    runs: ids,
    errors: parseAsStringLiteral(errorReadings).withDefault("zero"),
    margin: number(),
    /** The run whose examples are listed beside those of the baseline. */
    run: exactText(),
    show: parseAsStringLiteral(exampleChanges),
    order: parseAsStringLiteral(["asc", "desc"]),
    after: exactText(),
    /** The example that is opened, and the samples of it that are beside each other. */
    example: exactText(),
    left: exactText(),
    right: exactText(),
    /** Another run is to be chosen. */
    choose: flag(),
  },
  filters: {},
  dropped: ["after", "example", "left", "right", "choose"],
})

export type CompareState = StateOf<typeof compareSearch>

/** A margin that makes sense, or none. */
const marginOf = ({ margin }: CompareState): number | null => (margin !== null && margin > 0 && margin <= 1_000_000 ? margin : null)

export const toCompareQuery = (state: CompareState) => ({
  runs: state.runs.join(","),
  errors: state.errors,
  ...given({ margin: marginOf(state) }),
})

/** What got worse is read from the largest loss on; everything else from the largest gain. */
export const orderOf = ({ order, show }: CompareState): "asc" | "desc" => order ?? (show === "regressed" ? "asc" : "desc")

const pageSize = 50

export const toExamplesQuery = (state: CompareState) =>
  ({
    runs: state.runs.join(","),
    errors: state.errors,
    order: orderOf(state),
    limit: pageSize,
    ...given({ run: state.run, show: state.show, cursor: state.after }),
  }) satisfies Partial<CompareExamplesQuery>
