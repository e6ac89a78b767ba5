import { z } from "zod"
import { limits } from "../limits.ts"

/** A column that lists show on demand: the mean of a metric, or a value of the run's configuration by its path. */
export interface RunColumn {
  kind: "metric" | "config"
  name: string
}

/** `metric:exact_match`, `config:sampling_args.temperature`; null for anything else. */
export function readRunColumn(text: string): RunColumn | null {
  const [, kind, name] = /^(metric|config):(.*)$/s.exec(text) ?? []
  return kind && name ? { kind: kind as RunColumn["kind"], name } : null
}

const comma = encodeURIComponent(",")

/** Columns as a query carries them: joined by commas, those inside a name written as `%2C`. */
export const writeRunColumns = (columns: readonly string[]): string => columns.map((one) => one.replaceAll(",", comma)).join(",")

export const RunColumnsQuery = z
  .string()
  .max(2000)
  .transform((text) => [...new Set(text.split(",").map((one) => one.replaceAll(comma, ",")))])
  .pipe(z.array(z.string().refine((text) => readRunColumn(text) !== null, "must be metric:NAME or config:PATH")).max(limits.listColumnsMax))

/** The values of a run's columns by their names; null where the run has none. */
export const RunColumnValues = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]).nullable())
export type RunColumnValues = z.infer<typeof RunColumnValues>
