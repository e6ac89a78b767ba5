import * as z from "zod"
import { Id, Timestamp } from "./common.ts"
import { EvaluationPhase, EvaluationStatus, Progress } from "./evaluations.ts"

/** What the event stream reports about a run. A hint: rows are authoritative, and a reader that missed hints reads them again. */
export const EvaluationNotice = z
  .object({
    evaluation_id: Id,
    environment_id: z.string().nullable(),
    status: EvaluationStatus,
    phase: EvaluationPhase,
    phase_detail: z.string().nullable(),
    progress: Progress,
    avg_score: z.number().nullable(),
    samples: z.int(),
    log_lines: z.int(),
    updated_at: Timestamp,
    deleted: z.boolean().nullish().describe("The run is gone; the rest is what it was"),
  })
  .meta({ id: "EvaluationNotice" })
export type EvaluationNotice = z.infer<typeof EvaluationNotice>
