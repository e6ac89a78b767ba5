import * as z from "zod"
import { Id, JsonObject, namedValues, QueryFlag, Timestamp } from "../common.ts"
import { EvaluationStatus, UsageTotals } from "../evaluations.ts"
import { ErrorGroup, FailureClass, SampleProblem } from "../failures/shapes.ts"
import { limits } from "../limits.ts"
import { ReviewMark, reviewFilters } from "../reviews/reviews.ts"
import { searchModes, textTest } from "./text-search.ts"

export const PushSamplesRequest = z.object({ samples: z.array(JsonObject) }).meta({ id: "PushSamplesRequest" })
export const PushSamplesResponse = z
  .object({ evaluation_id: Id, samples_pushed: z.int(), status: EvaluationStatus })
  .meta({ id: "PushSamplesResponse" })

export const GetSamplesResponse = z
  .object({ evaluation_id: Id, samples: z.array(JsonObject), total: z.int(), page: z.int(), limit: z.int(), total_pages: z.int() })
  .meta({ id: "GetSamplesResponse" })

/** How one rollout ended. A metric of 0 is a result; an error is not. */
export const RolloutOutcome = z.enum(["ok", "truncated", "error"])
export type RolloutOutcome = z.infer<typeof RolloutOutcome>

/** One sample without its messages: a row of the samples table. `seq` grows by one per stored sample of a run. */
export const SampleSummary = z
  .object({
    sample_id: z.string(),
    seq: z.int(),
    example_id: z.string(),
    rollout_index: z.int(),
    attempt: z.int().nullish().describe("The attempt that did it"),
    supersedes: z.string().nullish().describe("The sample of the same rollout whose place it took"),
    superseded: z.boolean().nullish().describe("A newer sample took its place; lists and statistics leave it out"),
    reward: z.number().nullable(),
    metrics: namedValues(z.number()),
    text_metrics: namedValues(z.string())
      .nullish()
      .describe("Metrics that are no numbers, and the digits of those that a double would change; the sample has them whole"),
    outcome: RolloutOutcome,
    error: z.string().nullable(),
    error_class: FailureClass.nullable().describe("Of the error, or of what the library counts as a result although it went wrong"),
    stop_condition: z.string().nullable(),
    input_tokens: z.int().nullable(),
    output_tokens: z.int().nullable(),
    usage: UsageTotals.nullish().describe("As metered by the inference gateway; null for what did not ask it"),
    duration_ms: z.number().nullable(),
    prompt_preview: z.string(),
    completion_preview: z.string(),
    answer_preview: z.string().nullish().describe("What it answers in the end, without the words around; only where it was asked for"),
    expected_preview: z.string().nullish().describe("The answer that the dataset gives for the example; only where it was asked for"),
    review: ReviewMark.nullish().describe("Its reviews; null where there are none"),
    created_at: Timestamp,
  })
  .meta({ id: "SampleSummary" })
export type SampleSummary = z.infer<typeof SampleSummary>

/** Sort keys of the samples table; `metric:<name>` sorts by a metric, `draw` by chance, each time in the same order. */
export const sampleSorts = ["seq", "example", "reward", "duration", "tokens", "draw"] as const

/** As many samples can be named in a query. */
export const sampleIdsMax = 50

export const ListSampleSummariesQuery = z.object({
  after: z.string().nullish().describe("The `next` of the page before"),
  since_seq: z.coerce.number().int().min(0).max(limits.int4Max).nullish().describe("Only samples stored after this seq, oldest first"),
  limit: z.coerce.number().int().min(1).max(limits.samplesPageMax).default(100),
  outcome: RolloutOutcome.nullish(),
  error_class: FailureClass.nullish(),
  error_group: z.string().max(100).nullish().describe("The `key` of an error group"),
  reward_min: z.coerce.number().nullish(),
  reward_max: z.coerce.number().nullish(),
  example_id: z.string().nullish(),
  sample_ids: z
    .string()
    .regex(new RegExp(`^[\\w-]{1,100}(,[\\w-]{1,100}){0,${sampleIdsMax - 1}}$`), `at most ${sampleIdsMax} ids with commas between them`)
    .nullish()
    .describe("Ids of samples, with commas between them: those of a finding, for example"),
  ...reviewFilters,
  search: z
    .string()
    .max(200)
    .nullish()
    .describe("Text that the sample shows in its messages, reasoning, tool calls, results or error, in any case; or its example id"),
  search_mode: z
    .enum(searchModes)
    .nullish()
    .describe("text (default): the search is the text itself; regex: a regular expression of Postgres, in any case"),
  sort_by: z
    .string()
    .regex(/^(?:seq|example|reward|duration|tokens|draw|metric:.*)$/s, `one of ${sampleSorts.join(", ")}, metric:<name>`)
    .default("example"),
  sort_order: z.enum(["asc", "desc"]).default("asc"),
  with_answers: z
    .union([z.boolean(), QueryFlag])
    .nullish()
    .describe("Adds what each sample answers in the end, and the answer that the dataset gives"),
})
export type ListSampleSummariesQuery = z.infer<typeof ListSampleSummariesQuery>

const isSet = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined

/** Whether a sample matches the filters of a query, as the store decides it in SQL. A sample without a reward is in no range. */
export function sampleTest(filter: Partial<ListSampleSummariesQuery>): (sample: SampleSummary) => boolean {
  const { outcome, error_class, reward_min, reward_max, example_id, sample_ids, since_seq, reviewed, label } = filter
  const finds = filter.search?.trim() ? textTest(filter.search, filter.search_mode ?? "text") : null
  return (sample) =>
    (!isSet(outcome) || sample.outcome === outcome) &&
    (!isSet(error_class) || sample.error_class === error_class) &&
    (!isSet(reward_min) || (sample.reward !== null && sample.reward >= reward_min)) &&
    (!isSet(reward_max) || (sample.reward !== null && sample.reward <= reward_max)) &&
    (!isSet(example_id) || sample.example_id === example_id) &&
    (!isSet(sample_ids) || sample_ids.split(",").includes(sample.sample_id)) &&
    (!isSet(since_seq) || sample.seq > since_seq) &&
    (!isSet(reviewed) || reviewed === isSet(sample.review)) &&
    (!isSet(label) || (sample.review?.labels.includes(label) ?? false)) &&
    (!finds || listedTexts(sample).some(finds))
}

const listedTexts = (sample: SampleSummary) => [sample.prompt_preview, sample.completion_preview, sample.error ?? "", sample.example_id]

/** What a search covered: it is in a bounded part of a large run where no index can tell where the text is. */
export const SearchScope = z
  .object({
    looked_through: z
      .int()
      .nullable()
      .describe("How many samples this answer looked through, where that is a part of them: `next` goes on behind it"),
    cut_short: z
      .int()
      .describe("Samples without a hit of which only the beginning was looked through, since they are very long and no index can tell"),
    waiting: z.int().describe("Samples that came lately and cannot be searched yet; ask again in a moment"),
    total_is_least: z.boolean().describe("More samples than `total` may match"),
  })
  .meta({ id: "SearchScope" })
export type SearchScope = z.infer<typeof SearchScope>

export const ListSampleSummariesResponse = z
  .object({
    evaluation_id: Id,
    samples: z.array(SampleSummary),
    total: z.int(),
    next: z.string().nullable(),
    search: SearchScope.nullish(),
    metric_names: z.array(z.string()).nullish().describe("Every metric that any sample of the run has; with the first page only"),
  })
  .meta({ id: "ListSampleSummariesResponse" })
export type ListSampleSummariesResponse = z.infer<typeof ListSampleSummariesResponse>

export const SampleDetail = z
  .object({
    summary: SampleSummary,
    sample: JsonObject,
    problems: z.array(SampleProblem),
    previous_id: z.string().nullable(),
    next_id: z.string().nullable(),
    same_rollout: z
      .array(SampleSummary)
      .nullish()
      .describe("Every sample of this rollout, oldest first, when it was done more than once; the last one counts"),
  })
  .meta({ id: "SampleDetail" })
export type SampleDetail = z.infer<typeof SampleDetail>

export const ListErrorGroupsResponse = z.object({ evaluation_id: Id, groups: z.array(ErrorGroup) }).meta({ id: "ListErrorGroupsResponse" })
export type ListErrorGroupsResponse = z.infer<typeof ListErrorGroupsResponse>
