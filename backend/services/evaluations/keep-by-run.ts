import { isTerminal } from "../../../contract/index.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { statisticsBasis } from "../../store/evaluations/run-statistics.ts"
import type { Context } from "../context.ts"

interface Kept<T> {
  basis: string
  at: number
  tookMs: number
  value: Promise<T>
}

/** What is read of an active run may lag behind its newest samples by this multiple of the time that reading it took. */
const patience = 10

/**
 * Keeps in this process what is read of every sample of a run, until the run has others, so that many viewers of a large run cost as much as
 * one.
 * @param read may be asked differently of one run: each question is kept by itself
 * @param most of how many runs and questions; what was read first goes first
 */
export function keepByRun<T, Question extends number[] = []>(
  read: (ctx: Context, row: EvaluationRecord, ...question: Question) => Promise<T>,
  most: number,
) {
  const known = new Map<string, Kept<T>>()
  return async (ctx: Context, row: EvaluationRecord, ...question: Question): Promise<T> => {
    const basis = statisticsBasis(row)
    const key = `${[row.id, ...question].join(" ")}`
    const before = known.get(key)
    if (before && (before.basis === basis || (!isTerminal(row.status) && Date.now() - before.at < patience * before.tookMs)))
      return before.value
    const begin = Date.now()
    const entry: Kept<T> = { basis, at: begin, tookMs: 0, value: read(ctx, row, ...question) }
    known.delete(key)
    known.set(key, entry)
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
    try {
      return await entry.value
    } catch (error) {
      known.delete(key)
      throw error
    } finally {
      entry.at = Date.now()
      entry.tookMs = entry.at - begin
    }
  }
}
