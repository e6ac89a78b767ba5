import { type Evaluation, type RunColumnValues, readRunColumn, stringifyExact } from "../../../contract/index.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { type RunMarks, readRunMarks } from "../../store/evaluations/run-marks.ts"
import type { Context } from "../context.ts"

const valueCharactersMax = 200

/** What the caller's lists say of some runs beside the runs themselves, and what is needed for the columns asked for. */
export async function readMarks(
  ctx: Context,
  runs: readonly EvaluationRecord[],
  columns: readonly string[] = [],
): Promise<(run: EvaluationRecord) => RunMarks> {
  const withMetrics = columns.some((column) => readRunColumn(column)?.kind === "metric")
  const marks = await readRunMarks(ctx.db, ctx.viewer.userId, runs, { withMetrics })
  return ({ id }) => marks.get(id) ?? { starred: false, interval95: null, metrics: new Map() }
}

/** The part of the marks that answers carry. */
export const toMarks = ({ starred, interval95 }: RunMarks): Pick<Evaluation, "starred" | "interval95"> => ({ starred, interval95 })

/** The values of a run's columns: a metric's mean, or what its configuration has at a path of names joined by dots. */
export function columnsOf(run: EvaluationRecord, metrics: RunMarks["metrics"], columns: readonly string[]): RunColumnValues {
  return Object.fromEntries(
    columns.map((text) => {
      const column = readRunColumn(text)
      if (!column) return [text, null]
      return [text, column.kind === "metric" ? (metrics.get(column.name) ?? null) : short(at(run.evalConfig ?? run.metadata, column.name))]
    }),
  )
}

/** The value at a path. A name may hold dots itself, so that the longest one that fits is taken first. */
function at(value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null) return undefined
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path]
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
    const name = path.slice(0, dot)
    if (Object.hasOwn(value, name)) return at((value as Record<string, unknown>)[name], path.slice(dot + 1))
  }
  return undefined
}

/** A value as a cell shows it: what is no number, text or truth value is written as JSON, and long texts are cut. */
function short(value: unknown): RunColumnValues[string] {
  if (value === null || value === undefined) return null
  if (typeof value === "number" || typeof value === "boolean") return value
  return (typeof value === "string" ? value : stringifyExact(value)).slice(0, valueCharactersMax)
}
