import * as z from "zod"
import { limits } from "../limits.ts"
import { comma, readRunColumn } from "./column-names.ts"

/** Columns that lists show on demand. */
export const RunColumnsQuery = z
  .string()
  .max(2000)
  .transform((text) => [...new Set(text.split(",").map((one) => one.replaceAll(comma, ",")))])
  .pipe(z.array(z.string().refine((text) => readRunColumn(text) !== null, "must be metric:NAME or config:PATH")).max(limits.listColumnsMax))

/** The values of a run's columns by their names; null where the run has none. */
export const RunColumnValues = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]).nullable())
export type RunColumnValues = z.infer<typeof RunColumnValues>
