import { expect, test } from "vitest"
import {
  type CorrectedMean,
  CreateEvaluationRequest,
  ListReviewsQuery,
  ListSampleSummariesQuery,
  limits,
  PutReviewRequest,
} from "../../../contract/index.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation } from "../../store/evaluations/evaluations.ts"
import { withdrawSamples } from "../../store/samples/withdraw-samples.ts"
import { reviews as reviewRows } from "../../store/schema.ts"
import { newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "../evaluations/create-evaluation.ts"
import { deleteEvaluation } from "../evaluations/delete-evaluation.ts"
import { pushSamples } from "../evaluations/push-samples.ts"
import { getSample, listSampleSummaries } from "../evaluations/read-samples.ts"
import { deleteReview } from "./delete-review.ts"
import { listReviews } from "./list-reviews.ts"
import { putReview } from "./put-review.ts"
import { summariseReviews } from "./summarise-reviews.ts"

const platform = testPlatform()

/** A run with a sample for each reward, two an example. @returns its id, and theirs in the order of storing */
async function aRun(ctx: Context, rewards: (number | null)[], teamId?: string): Promise<{ id: string; samples: string[] }> {
  const { id } = await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "e", run_id: "r", team_id: teamId }))
  await pushSamples(
    ctx,
    id,
    rewards.map((reward, i) => ({ example_id: i >> 1, reward })),
  )
  const { samples } = await list(ctx, id, { sort_by: "seq" })
  return { id, samples: samples.map(({ sample_id }) => sample_id) }
}

const list = (ctx: Context, id: string, query: object = {}) => listSampleSummaries(ctx, id, ListSampleSummariesQuery.parse(query))
const put = (ctx: Context, id: string, sample: string | undefined, body: object) =>
  putReview(ctx, id, sample as string, PutReviewRequest.parse(body))
const said = (ctx: Context, id: string, sample: string | undefined, page: object = {}) =>
  listReviews(ctx, id, sample as string, ListReviewsQuery.parse(page))

test("a review replaces the one before of the same person and turn, and stands beside those of others", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "judges")
  const { id, samples } = await aRun(admin, [1, 0], teamId)
  const [first] = samples
  const note = "null byte \0, ‮right to left, 👩‍🚀, and <b>markup</b>"
  await put(admin, id, first, { rating: 0, labels: ["a"] })
  await put(admin, id, first, { rating: 1, labels: [" off topic ", "off topic", "تصنيف"], note, drawn: true })
  await put(admin, id, first, { rating: 1, labels: [" off topic ", "off topic", "تصنيف"], note })
  await put(admin, id, first, { turn: "2-3", note: "here it goes wrong" })
  await put(member, id, first, { rating: 0.5 })
  const { reviews, total } = await said(member, id, first)
  expect(total).toBe(3)
  expect(reviews).toMatchObject([
    {
      turn: null,
      rating: 1,
      labels: ["off topic", "تصنيف"],
      note: note.replace("\0", "\uFFFD"),
      drawn: true,
      is_mine: false,
      author: { name: "judges-admin" },
    },
    { turn: "2-3", rating: null, labels: [], note: "here it goes wrong", is_mine: false },
    { turn: null, rating: 0.5, is_mine: true, drawn: false },
  ])
  expect((await said(member, id, first, { limit: 1, offset: 1 })).reviews).toMatchObject([{ turn: "2-3" }])
  expect((await getSample(member, id, first as string)).summary.review).toEqual({
    people: 2,
    rating: 0.75,
    labels: ["off topic", "تصنيف"],
    mine: { rating: 0.5, drawn: false },
  })
  expect((await getSample(member, id, samples[1] as string)).summary.review).toBeNull()
  expect(await deleteReview(member, id, first as string, null)).toBe(true)
  expect(await deleteReview(member, id, first as string, null)).toBe(false)
  expect((await said(member, id, first)).reviews.map(({ author }) => author.name)).toEqual(["judges-admin", "judges-admin"])
})

test("limits are told with the field", async () => {
  const refused = (body: object) => PutReviewRequest.safeParse(body).error?.issues.map(({ path }) => path.join("."))
  expect(refused({})).toEqual(["rating"])
  expect(refused({ labels: [], note: "  " })).toEqual(["rating"])
  expect(refused({ rating: 1.2 })).toEqual(["rating"])
  expect(refused({ rating: 1, labels: Array.from({ length: limits.tagsMax + 1 }, (_, i) => `l${i}`) })).toEqual(["labels"])
  expect(refused({ note: "x".repeat(limits.reviewNoteCharactersMax + 1) })).toEqual(["note"])
  for (const turn of ["0", "-1", "x", "1-2-3", ""]) expect(refused({ rating: 1, turn }), turn).toEqual(["turn"])
  const eve = await newUser(platform(), "eve")
  const { id, samples } = await aRun(eve, [1])
  const rows = Array.from({ length: limits.reviewsPerSampleMax }, (_, i) => ({
    sampleId: samples[0] as string,
    userId: eve.userId,
    turn: String(i + 1),
    evaluationId: id,
    labels: [],
    note: "n",
    drawn: false,
  }))
  await platform().services.db.insert(reviewRows).values(rows)
  await expect(put(eve, id, samples[0], { rating: 1 })).rejects.toThrow(`${limits.reviewsPerSampleMax} turns`)
  await put(eve, id, samples[0], { turn: "7", rating: 1 })
})

test("a run of somebody else, and a sample of another run, are not there", async () => {
  const ann = await newUser(platform(), "ann")
  const bob = await newUser(platform(), "bob")
  const { id, samples } = await aRun(ann, [1])
  const other = await aRun(ann, [1])
  const missing = { code: "not_found" }
  await expect(put(bob, id, samples[0], { rating: 1 })).rejects.toMatchObject(missing)
  await expect(said(bob, id, samples[0])).rejects.toMatchObject(missing)
  await expect(deleteReview(bob, id, samples[0] as string, null)).rejects.toMatchObject(missing)
  await expect(summariseReviews(bob, id)).rejects.toMatchObject(missing)
  await expect(put(ann, id, other.samples[0], { rating: 1 })).rejects.toMatchObject(missing)
})

test("samples are filtered by reviews and their labels, and drawn each time in the same order", async () => {
  const cas = await newUser(platform(), "cas")
  const { id, samples } = await aRun(cas, Array(30).fill(1))
  await put(cas, id, samples[3], { rating: 1, labels: ["good", "short"] })
  await put(cas, id, samples[7], { turn: "2", labels: ["good"] })
  const ids = async (query: object) => (await list(cas, id, { sort_by: "seq", ...query })).samples.map(({ sample_id }) => sample_id)
  expect(await ids({ reviewed: "true" })).toEqual([samples[3], samples[7]])
  expect(await ids({ label: "short" })).toEqual([samples[3]])
  expect(await ids({ label: "shor" })).toEqual([])
  expect(await ids({ reviewed: "false" })).toHaveLength(28)
  expect((await list(cas, id, { label: "good" })).total).toBe(2)
  const drawn = await ids({ sort_by: "draw" })
  expect(drawn).not.toEqual(samples)
  expect([...drawn].sort()).toEqual([...samples].sort())
  const pages: string[] = []
  for (let after: string | null = null; ; ) {
    const page = await list(cas, id, { sort_by: "draw", limit: 7, after })
    pages.push(...page.samples.map(({ sample_id }) => sample_id))
    after = page.next
    if (after === null) break
  }
  expect(pages).toEqual(drawn)
  // Samples that come later find their places among the others.
  await pushSamples(cas, id, [{ example_id: "late", reward: 1 }])
  expect((await ids({ sort_by: "draw" })).filter((one) => drawn.includes(one))).toEqual(drawn)
})

test("the summary corrects the mean by drawn ratings alone, and counts what was skipped", async () => {
  const dot = await newUser(platform(), "dot")
  const { id, samples } = await aRun(
    dot,
    Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? 0 : 1)),
  )
  expect(await summariseReviews(dot, id)).toMatchObject({ reviewed: 0, rated: 0, people: 0, labels: [], agreement: null, corrected: null })
  const { samples: drawn } = await list(dot, id, { sort_by: "draw" })
  const rest = drawn.slice(20)
  for (const [i, { sample_id, reward }] of drawn.slice(0, 20).entries())
    if (i !== 4) await put(dot, id, sample_id, { rating: reward, drawn: true, labels: i < 3 ? ["seen"] : [] })
  const before = (await summariseReviews(dot, id)).corrected
  for (const { sample_id } of rest.slice(0, 5)) await put(dot, id, sample_id, { rating: 0, labels: ["by hand"] })
  await put(dot, id, samples[0], { turn: "1", note: "a turn" })
  const summary = await summariseReviews(dot, id)
  expect(summary).toMatchObject({ rated: 24, drawn: 19, skipped: 1, people: 1 })
  expect(summary.labels).toEqual([
    { label: "by hand", samples: 5 },
    { label: "seen", samples: 3 },
  ])
  const wrong = rest.slice(0, 5).filter(({ reward }) => reward === 1).length
  expect(summary.agreement).toMatchObject({ samples: 24, only_reward_passes: wrong, only_people_pass: 0, agree: (24 - wrong) / 24 })
  expect(summary.corrected).toMatchObject({ ratings: 19, rewards: 40 })
  // Those chosen by hand, all 0, do not move it.
  expect(summary.corrected).toEqual(before)
  const { mean, interval95, weight, ratings_alone } = summary.corrected as CorrectedMean
  // The drawn ratings say what the rewards say, so each part of what is wrong with their mean is the draw's.
  expect(mean).toBeCloseTo(weight * 0.75 + (1 - weight) * ratings_alone.mean, 12)
  expect(interval95?.low).toBeLessThan(mean)
  expect(interval95?.high).toBeGreaterThanOrEqual(mean)
  const strict = await summariseReviews(dot, id, 2)
  expect(strict.agreement).toMatchObject({ both_pass: 0, only_reward_passes: 0, pass_threshold: 2 })
})

test("what people said about a sample that was done again stays with it and counts no more", async () => {
  const fay = await newUser(platform(), "fay")
  const { id, samples } = await aRun(fay, [1, 1, 0, 0])
  // The rewards of a run that goes on may be some moments old.
  await platform().database.pool.query("update evaluations set status = 'COMPLETED' where id = $1", [id])
  for (const sample of samples) await put(fay, id, sample, { rating: 1, drawn: true })
  expect(await summariseReviews(fay, id)).toMatchObject({ reviewed: 4, rated: 4 })
  await platform().services.db.transaction(async (tx) => {
    await withdrawSamples(tx, (await lockEvaluation(tx, id)) as EvaluationRecord, [samples[0] as string])
  })
  expect(await summariseReviews(fay, id)).toMatchObject({ reviewed: 3, rated: 3, corrected: { rewards: 3, ratings: 3 } })
  expect((await said(fay, id, samples[0])).total).toBe(1)
  await deleteEvaluation(fay, id)
  expect(await platform().services.db.$count(reviewRows)).toBeGreaterThan(0)
  await expect(said(fay, id, samples[0])).rejects.toMatchObject({ code: "not_found" })
})

test("two people who rated the same samples agree so far, whatever others rated", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "pairs")
  const { id, samples } = await aRun(admin, [1, 1, 0, 0, 1, 0], teamId)
  const rate = async (ctx: Context, ratings: (number | null)[]) => {
    for (const [i, rating] of ratings.entries()) if (rating !== null) await put(ctx, id, samples[i], { rating })
  }
  await rate(admin, [1, 1, 0, 0, 0.5])
  expect((await summariseReviews(admin, id)).between_people).toEqual([])
  await rate(member, [1, 0, 0, 0.5, 1, 1])
  await put(member, id, samples[0], { turn: "2", rating: 0 })
  // Both pass 2, both fail 1; admin alone passes 1, member alone 1: 3 of 5 alike, 0.52 by chance, so (0.6 - 0.52) / 0.48.
  expect((await summariseReviews(member, id)).between_people).toEqual([
    {
      people: expect.arrayContaining(["pairs-admin", "pairs-member"]),
      samples: 5,
      both_pass: 2,
      both_fail: 1,
      agree: 0.6,
      kappa: expect.closeTo((0.6 - 0.52) / 0.48, 12),
    },
  ])
})
