import * as z from "zod"
import { Id } from "../common.ts"

/** The evaluation of an environment that others are compared with. */
export const Baseline = z
  .object({ evaluation_id: Id, mean: z.number().nullable().describe("Of all its rewards; null where it has none") })
  .meta({ id: "Baseline" })
export type Baseline = z.infer<typeof Baseline>

export const PinBaselineRequest = z.object({ evaluation_id: Id }).meta({ id: "PinBaselineRequest" })
