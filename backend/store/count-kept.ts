/** Counts up to this number are made anew each time. */
const alwaysCounted = 10_000
const keptForMs = 30_000
const countsKept = 500

const known = new Map<string, { count: number; until: number }>()

/** A query of one number that can say how it is written. */
interface CountQuery extends PromiseLike<{ count: number }[]> {
  toSQL(): { sql: string; params: unknown[] }
}

/**
 * How many rows match. A number above 10,000 is at most 30 seconds old: nobody sees from it that one more came, and counting so many
 * for each page takes longer than reading the page.
 */
export async function countKept(query: CountQuery): Promise<number> {
  const { sql, params } = query.toSQL()
  const key = JSON.stringify([sql, params])
  const before = known.get(key)
  if (before && before.until > Date.now()) return before.count
  known.delete(key)
  const count = (await query)[0]?.count ?? 0
  if (count > alwaysCounted) known.set(key, { count, until: Date.now() + keptForMs })
  const [oldest] = known.keys()
  if (known.size > countsKept && oldest !== undefined) known.delete(oldest)
  return count
}
