import {
  type AlignedExamples,
  type ComparedExample,
  type CompareExamplesQuery,
  type CompareExamplesResponse,
  comparedRolloutsMax,
  differencesAt,
  type ExampleChange,
} from "../../../../contract/index.ts"
import { invalid } from "../../../base/errors.ts"
import { type ExampleRollout, listRolloutsOf } from "../../../store/samples/compared-examples.ts"
import type { Context } from "../../context.ts"
import { type ComparedRuns, readComparedRuns } from "./compared-runs.ts"

/** A page of the examples of compared runs, in the order of the difference of one of them from the baseline or of the examples. */
export async function listComparedExamples(ctx: Context, query: CompareExamplesQuery): Promise<CompareExamplesResponse> {
  const compared = await readComparedRuns(ctx, query)
  const second = secondOf(compared, query.run ?? null)
  const differences = differencesAt(compared.aligned, 0, second)
  const places = placesOf(compared.aligned, second, differences, query)
  const key = sortKey(differences, query)
  const from = query.cursor ? countUpTo(places, key, query.cursor) : 0
  const page = places.slice(from, from + query.limit)
  const last = page.at(-1)
  return {
    examples: await toExamples(ctx, compared, page, differences),
    total: places.length,
    next: last !== undefined && from + query.limit < places.length ? `${key(last)}:${last}` : null,
  }
}

function secondOf({ found }: ComparedRuns, run: string | null): number {
  if (run === null) return 1
  const index = found.findIndex(({ evaluation }) => evaluation.id === run)
  if (index < 1) throw invalid(["run"], `must be one of the compared evaluations other than the first, which is the baseline; it is ${run}`)
  return index
}

export const changeOf = (difference: number): ExampleChange =>
  Number.isNaN(difference) ? "cannot_compare" : difference > 0 ? "improved" : difference < 0 ? "regressed" : "equal"

/** What the places of examples are sorted by, from low to high. What has no difference comes last in both directions. */
function sortKey(differences: Float64Array, { sort, order }: Pick<CompareExamplesQuery, "sort" | "order">): (place: number) => number {
  if (sort === "example") return (place) => (order === "desc" ? -place : place)
  return (place) => {
    const difference = differences[place] as number
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : order === "asc" ? difference : -difference
  }
}

/** The places of the examples that the baseline or the run has and that are to be shown, in their order. */
function placesOf({ has }: AlignedExamples, second: number, differences: Float64Array, query: CompareExamplesQuery): number[] {
  const places: number[] = []
  differences.forEach((difference, i) => {
    if ((has[0]?.[i] || has[second]?.[i]) && (!query.show || changeOf(difference) === query.show)) places.push(i)
  })
  const key = sortKey(differences, query)
  // Infinities do not differ by a number.
  return places.sort((a, b) => (key(a) === key(b) ? a - b : key(a) < key(b) ? -1 : 1))
}

/** How many examples come up to the one that a cursor names, wherever that one is by now. */
function countUpTo(places: readonly number[], key: (place: number) => number, cursor: string): number {
  const [, edge, at] = /^(-?(?:Infinity|\d[\d.e+-]*)):(\d{1,9})$/.exec(cursor) ?? []
  if (edge === undefined || Number.isNaN(Number(edge))) throw invalid(["cursor"], "is not the `next` of another page")
  const beyond = places.findIndex((place) => key(place) > Number(edge) || (key(place) === Number(edge) && place > Number(at)))
  return beyond < 0 ? places.length : beyond
}

async function toExamples(
  ctx: Context,
  { found, aligned }: ComparedRuns,
  places: readonly number[],
  differences: Float64Array,
): Promise<ComparedExample[]> {
  const runs = found.map(({ evaluation }) => evaluation.id)
  const ids = places.map((place) => aligned.ids[place] as string)
  const rollouts = new Map<string, ExampleRollout[]>()
  for (const one of await listRolloutsOf(ctx.db, runs, ids, comparedRolloutsMax)) {
    const key = `${one.evaluationId} ${one.exampleId}`
    rollouts.set(key, [...(rollouts.get(key) ?? []), one])
  }
  return places.map((place, i): ComparedExample => {
    const id = ids[i] as string
    const own = runs.map((run): ExampleRollout[] => rollouts.get(`${run} ${id}`) ?? [])
    const prompts = own.flatMap(([first]) => (first ? [first.prompt] : []))
    const difference = differences[place] as number
    return {
      example_id: id,
      prompt: prompts[0] ?? "",
      prompts_differ: new Set(prompts).size > 1,
      change: changeOf(difference),
      difference: Number.isNaN(difference) ? null : difference,
      runs: own.map((list, r) => {
        const mean = aligned.means[r]?.[place] ?? Number.NaN
        return {
          mean: Number.isNaN(mean) ? null : mean,
          count: aligned.counts[r]?.[place] ?? 0,
          rollouts: list
            .sort((a, b) => a.rolloutIndex - b.rolloutIndex)
            .map(({ id: sample_id, rolloutIndex: rollout_index, reward, outcome }) => ({ sample_id, rollout_index, reward, outcome })),
        }
      }),
    }
  })
}
