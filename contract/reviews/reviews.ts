import * as z from "zod"
import { Id, QueryFlag, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"
import { RunTag } from "../lists/run-marks.ts"
import { MeanWithInterval } from "../statistics/run-statistics.ts"

export const Rating = z.number().min(0).max(1).describe("0 is wrong, 0.5 partly right, 1 right; any number between them may be given")

/** The labels of a review: each once, in the order given. */
export const ReviewLabels = z
  .array(RunTag)
  .overwrite((labels) => [...new Set(labels)])
  .max(limits.tagsMax)

const turnPattern = /^(?:[1-9]\d{0,5}-)?[1-9]\d{0,5}$/
const Turn = z
  .string()
  .regex(turnPattern, "is no number of a message, such as 3, or 2-3 for the third one of the second conversation")
  .describe("The number of the message as the page shows it; left out for the whole sample")

export const PutReviewRequest = z
  .object({
    turn: Turn.nullish(),
    rating: Rating.nullish(),
    labels: ReviewLabels.nullish(),
    note: z.string().trim().max(limits.reviewNoteCharactersMax).nullish(),
    drawn: z
      .boolean()
      .nullish()
      .describe(
        "Whether the sample came up in the order of the draw (`sort_by=draw`), which it then did for good: only such ratings count for the corrected mean",
      ),
  })
  .refine(({ rating, labels, note }) => typeof rating === "number" || (labels?.length ?? 0) > 0 || Boolean(note), {
    path: ["rating"],
    message: "a review needs a rating, a label or a note",
  })
  .meta({ id: "PutReviewRequest" })
export type PutReviewRequest = z.infer<typeof PutReviewRequest>

export const Review = z
  .object({
    sample_id: Id,
    turn: z.string().nullable(),
    rating: z.number().nullable(),
    labels: z.array(z.string()),
    note: z.string().nullable(),
    drawn: z.boolean(),
    author: z.object({ id: Id, name: z.string() }),
    is_mine: z.boolean(),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: "Review", description: "What one person says about a sample, or about one of its turns" })
export type Review = z.infer<typeof Review>

export const ListReviewsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(limits.listPageMax).default(limits.listPageMax),
  offset: z.coerce.number().int().min(0).max(limits.offsetMax).default(0),
})
export type ListReviewsQuery = z.infer<typeof ListReviewsQuery>

export const ListReviewsResponse = z.object({ reviews: z.array(Review), total: z.int() }).meta({ id: "ListReviewsResponse" })
export type ListReviewsResponse = z.infer<typeof ListReviewsResponse>

/** Filters of samples by what people said about them. */
export const reviewFilters = {
  reviewed: z.union([z.boolean(), QueryFlag]).nullish().describe("Whether anyone has reviewed the sample or one of its turns"),
  label: RunTag.nullish().describe("A label that a review of the sample or of one of its turns has"),
}

export const ReviewMark = z
  .object({
    people: z.int(),
    rating: z.number().nullable().describe("The mean over the people who rated the whole sample"),
    labels: z.array(z.string()),
    mine: z
      .object({ rating: z.number().nullable(), drawn: z.boolean() })
      .nullable()
      .describe("The caller's own review of the whole sample"),
  })
  .meta({ id: "ReviewMark", description: "What people said about a sample, in short" })
export type ReviewMark = z.infer<typeof ReviewMark>

const Agreement = z
  .object({
    samples: z.int().describe("Samples with a reward and a rating"),
    pass_threshold: z.number().describe("A reward passes from here on; a rating from 0.5 on"),
    both_pass: z.int(),
    both_fail: z.int(),
    only_reward_passes: z.int(),
    only_people_pass: z.int(),
    agree: z.number().describe("The share that pass in both or fail in both"),
    kappa: z.number().nullable().describe("Cohen's kappa of passing; null where chance alone would agree always"),
    pearson: z.number().nullable().describe("Correlation of rating and reward; null where one of them never varies"),
    spearman: z.number().nullable().describe("Correlation of their ranks"),
  })
  .meta({ id: "ReviewAgreement" })
export type Agreement = z.infer<typeof Agreement>

const CorrectedMean = z
  .object({
    ...MeanWithInterval.shape,
    ratings: z.int().describe("Drawn samples that were rated"),
    examples: z.int().describe("Examples that these are of"),
    rewards: z.int().describe("Samples of the run that have a reward"),
    weight: z.number().describe("How much the automatic reward counts: 0 where it says nothing about the ratings"),
    ratings_alone: MeanWithInterval.describe("The same without the automatic reward"),
  })
  .meta({
    id: "CorrectedMean",
    description: "The mean rating that people would give to every sample of the run, from those they rated and the automatic reward of all",
  })
export type CorrectedMean = z.infer<typeof CorrectedMean>

const PeopleAgreement = z
  .object({
    people: z.tuple([z.string(), z.string()]).describe("Their names"),
    samples: z.int().describe("Samples that both rated as a whole"),
    both_pass: z.int().describe("A rating passes from 0.5 on"),
    both_fail: z.int(),
    agree: z.number().describe("The share that pass with both or fail with both"),
    kappa: z.number().nullable().describe("Cohen's kappa of passing; null where chance alone would agree always"),
  })
  .meta({ id: "PeopleAgreement" })
export type PeopleAgreement = z.infer<typeof PeopleAgreement>

export const ReviewSummaryQuery = z.object({
  pass_threshold: z.coerce.number().nullish().describe("A rollout passes when its reward is at least this; 0.5 unless given"),
})

export const ReviewSummary = z
  .object({
    evaluation_id: Id,
    reviewed: z.int().describe("Samples with at least one review"),
    rated: z.int().describe("Samples that were rated as a whole at least once"),
    drawn: z.int().describe("Of these, those that came up in the order of the draw"),
    skipped: z.int().describe("Samples that came up in the draw before the last rated one and were not rated; counted up to 1,000"),
    people: z.int(),
    labels: z.array(z.object({ label: z.string(), samples: z.int() })).describe("The 50 most frequent labels"),
    agreement: Agreement.nullable(),
    between_people: z
      .array(PeopleAgreement)
      .optional()
      .describe("How far two people agree who rated the same samples: the 10 pairs with the most such samples"),
    corrected: CorrectedMean.nullable().describe("Null until drawn samples of two examples were rated"),
  })
  .meta({ id: "ReviewSummary" })
export type ReviewSummary = z.infer<typeof ReviewSummary>
