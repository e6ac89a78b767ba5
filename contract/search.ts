import * as z from "zod"
import { Id, Timestamp } from "./common.ts"
import { EvaluationStatus } from "./evaluations.ts"
import { limits } from "./limits.ts"
import { RolloutOutcome } from "./samples/samples.ts"
import { textKinds } from "./samples/shown-texts.ts"
import { searchModes } from "./samples/text-search.ts"

/** What a search over runs looks into. */
export const searchedIn = ["samples", "logs"] as const

/** Where in a run a hit is: in one of a sample's texts, or in a line of the log. */
export const hitPlaces = [...textKinds, "log"] as const

export const SearchQuery = z.object({
  query: z
    .string()
    .max(limits.searchCharactersMax)
    .refine((query) => query.trim() !== "", "is blank: it must have something to look for")
    .describe("Text that a message, its reasoning, a tool call, a result, an error or a log line shows, in any case"),
  mode: z
    .enum(searchModes)
    .default("text")
    .describe("text: the query is the text itself; regex: a regular expression of Postgres, in any case, within one text"),
  in: z.enum(searchedIn).nullish().describe("Only samples or only logs; without it first the samples of all runs, then their logs"),
  environment_id: z.string().max(200).nullish(),
  environment_name: z.string().max(200).nullish().describe("A name, or owner/name"),
  model: z.string().max(limits.nameCharactersMax).nullish(),
  created_after: Timestamp.nullish().describe("Of runs that were created then or later"),
  created_before: Timestamp.nullish().describe("Of runs that were created before"),
  outcome: RolloutOutcome.nullish().describe("Of samples that ended so; logs are left out"),
  reward_min: z.coerce.number().nullish().describe("Of samples with this reward or more; logs are left out"),
  reward_max: z.coerce.number().nullish().describe("Of samples with this reward or less; logs are left out"),
  limit: z.coerce.number().int().min(1).max(limits.listPageMax).default(20),
  cursor: z.string().max(1000).nullish().describe("The `next_cursor` of the answer before"),
})
export type SearchQuery = z.infer<typeof SearchQuery>

export const SearchHit = z
  .object({
    evaluation_id: Id,
    evaluation_name: z.string(),
    evaluation_status: EvaluationStatus,
    created_at: Timestamp.describe("When the run was created"),
    environment: z.string().nullable().describe("owner/name"),
    model: z.string().nullable(),
    sample: z
      .object({
        sample_id: z.string(),
        seq: z.int(),
        example_id: z.string(),
        rollout_index: z.int(),
        reward: z.number().nullable(),
        outcome: RolloutOutcome,
      })
      .nullable()
      .describe("null for a line of the log"),
    where: z.enum(hitPlaces),
    message: z
      .string()
      .nullable()
      .describe("The message's number on the sample's page, with that of the conversation where there are several"),
    line: z.int().nullable().describe("The line's number in the log, from 0"),
    before: z.string().describe("Some of the text before the match"),
    match: z.string().describe("What matched; its beginning where it is long"),
    after: z.string(),
  })
  .meta({ id: "SearchHit" })
export type SearchHit = z.infer<typeof SearchHit>

export const SearchResponse = z
  .object({
    hits: z.array(SearchHit).describe("The first match of each text, newest runs first"),
    next_cursor: z.string().nullable().describe("For what follows; null at the end"),
    partial: z
      .boolean()
      .describe(
        "This answer looked through a bounded part, since no index can tell where the text is, and did not fill its page: there may be hits behind next_cursor",
      ),
    looked_back_to: Timestamp.nullable().describe("With partial: when the run was created at which the look ended"),
    looking_in: z.enum(searchedIn).nullable().describe("With partial: what is looked through next"),
    waiting: z.int().describe("Samples and log lines that came lately and cannot be searched yet; ask again in a moment"),
  })
  .meta({ id: "SearchResponse" })
export type SearchResponse = z.infer<typeof SearchResponse>
