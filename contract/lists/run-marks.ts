import * as z from "zod"
import { Id } from "../common.ts"
import { limits } from "../limits.ts"
import { runActions } from "./run-actions.ts"

export const RunTag = z.string().trim().min(1).max(limits.tagCharactersMax)

/** The tags of a run: each once, in the order given. */
export const RunTags = z
  .array(RunTag)
  .overwrite((tags) => [...new Set(tags)])
  .max(limits.tagsMax)

/** Of small runs that were made to see what a larger one will cost and tell. They are no results of their model. */
export const pilotTag = "pilot"

/** Words that were written elsewhere, as tags: what is too long is cut, and what is too much is left out. */
export const asRunTags = (words: readonly string[]): string[] =>
  [...new Set(words.map((word) => word.trim().slice(0, limits.tagCharactersMax).trim()))].filter(Boolean).slice(0, limits.tagsMax)

export const BulkEvaluationsRequest = z
  .object({
    evaluation_ids: z.array(Id).min(1).max(limits.bulkRunsMax),
    action: z.enum(runActions),
    tags: RunTags.nullish().describe("What to add or take away, for the actions tag and untag"),
  })
  .refine(({ action, tags }) => (action !== "tag" && action !== "untag") || (tags?.length ?? 0) > 0, {
    path: ["tags"],
    message: "say which tags: the actions tag and untag need at least one",
  })
  .meta({ id: "BulkEvaluationsRequest" })
export type BulkEvaluationsRequest = z.infer<typeof BulkEvaluationsRequest>

export const BulkEvaluationsResponse = z
  .object({
    results: z
      .array(z.object({ evaluation_id: z.string(), error: z.string().nullable() }))
      .describe("One for each run, in the order asked for; `error` says why it stayed as it was"),
  })
  .meta({ id: "BulkEvaluationsResponse" })
export type BulkEvaluationsResponse = z.infer<typeof BulkEvaluationsResponse>
