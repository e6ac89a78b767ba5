import type { JsonObject } from "../common.ts"
import { limits } from "../limits.ts"

/** Which examples are no independent ones, as their author declares it. */
export interface Clustering {
  /** The field that says it. */
  by: string
  /** Its values by the ids of the examples that have one. */
  of: ReadonlyMap<string, string>
}

/**
 * What a row of results has in the field that its author names, as text; null where it has none, and the example stands for itself.
 * @param field names with dots between them, such as `info.document`; JSON in a text is read, as the library writes `info`
 */
export function clusterOf(row: JsonObject, field: string): string | null {
  let value: unknown = row
  for (const name of field.split(".")) {
    const holder = typeof value === "string" ? parsed(value) : value
    value = typeof holder === "object" && holder !== null && Object.hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : null
  }
  const text = typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : ""
  return text === "" ? null : text.slice(0, limits.clusterFieldCharactersMax)
}

function parsed(text: string): unknown {
  try {
    return text.startsWith("{") ? JSON.parse(text) : null
  } catch {
    return null
  }
}

/** The numbers of the clusters of some examples, from 0: an example without one is a cluster of its own. */
export function clusterNumbers(ids: readonly string[], { of }: Clustering): { numbers: Uint32Array; count: number } {
  const known = new Map<string, number>()
  const numbers = Uint32Array.from(ids, (id) => {
    const cluster = of.get(id)
    const key = cluster === undefined ? `example ${id}` : `cluster ${cluster}`
    const number = known.get(key) ?? known.size
    known.set(key, number)
    return number
  })
  return { numbers, count: known.size }
}

/** Sums of values over the clusters that they belong to. @param numbers the cluster of each, from 0 */
export function sumByCluster(values: ArrayLike<number>, numbers: ArrayLike<number>, count: number): Float64Array {
  const sums = new Float64Array(count)
  for (let i = 0; i < values.length; i++) sums[numbers[i] as number] = (sums[numbers[i] as number] as number) + (values[i] as number)
  return sums
}
