import { expect, test } from "vitest"
import {
  BulkEvaluationsRequest,
  CreateEvaluationRequest,
  ListEvaluationsQuery,
  limits,
  UpdateEvaluationRequest,
} from "../../../contract/index.ts"
import { newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { bulkEvaluations } from "./bulk-evaluations.ts"
import { createEvaluation } from "./create-evaluation.ts"
import { finalizeEvaluation } from "./finalize-evaluation.ts"
import { getEvaluation } from "./get-evaluation.ts"
import { listEvaluations, listEvaluationTags } from "./list-evaluations.ts"
import { pushSamples } from "./push-samples.ts"
import { updateEvaluationFields } from "./update-evaluation.ts"

const platform = testPlatform()
const create = async (ctx: Context, fields: object = {}) =>
  (await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "e", run_id: "r", ...fields }))).id
const namesOf = async (ctx: Context, query: object = {}) =>
  (await listEvaluations(ctx, ListEvaluationsQuery.parse(query))).evaluations.map((one) => one.name).join("")
const bulk = async (ctx: Context, action: string, evaluation_ids: string[], tags?: string[]) =>
  (await bulkEvaluations(ctx, BulkEvaluationsRequest.parse({ action, evaluation_ids, tags }))).results

test("tags are added and taken away, listed, and filtered by", async () => {
  const ada = await newUser(platform(), "ada")
  const [a, b] = [await create(ada, { name: "a", tags: [" x ", "x"] }), await create(ada, { name: "b" })]
  expect(await bulk(ada, "tag", [a, b], ["nightly", "x"])).toEqual([
    { evaluation_id: a, error: null },
    { evaluation_id: b, error: null },
  ])
  expect((await getEvaluation(ada, a)).tags).toEqual(["x", "nightly"])
  expect(await listEvaluationTags(ada)).toEqual(["nightly", "x"])
  await bulk(ada, "untag", [b], ["x", "unknown"])
  expect([await namesOf(ada, { tag: "nightly" }), await namesOf(ada, { tag: "x" }), await namesOf(ada, { tag: "night" })]).toEqual([
    "ba",
    "a",
    "",
  ])
  expect(await listEvaluationTags(await newUser(platform(), "ann"))).toEqual([])
})

test("a run has no more tags than there may be", async () => {
  const bea = await newUser(platform(), "bea")
  const many = Array.from({ length: limits.tagsMax }, (_, i) => `t${i}`)
  const id = await create(bea, { tags: many })
  const [result] = await bulk(bea, "tag", [id], ["one more"])
  expect(result?.error).toContain(String(limits.tagsMax))
  expect((await getEvaluation(bea, id)).tags).toEqual(many)
  expect(BulkEvaluationsRequest.safeParse({ action: "tag", evaluation_ids: [id] }).error?.issues[0]?.path).toEqual(["tags"])
  expect(CreateEvaluationRequest.safeParse({ name: "e", tags: ["x".repeat(limits.tagCharactersMax + 1)] }).success).toBe(false)
})

test("a star is one's own, and an archived run is listed only when it is asked for", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "lab")
  const [a, b] = [await create(member, { name: "a", team_id: teamId }), await create(member, { name: "b", team_id: teamId })]
  await bulk(admin, "star", [a, a])
  await bulk(admin, "star", [a])
  expect([await namesOf(admin, { starred: "true" }), await namesOf(member, { starred: "true" })]).toEqual(["a", ""])
  expect([(await getEvaluation(admin, a)).starred, (await getEvaluation(member, a)).starred]).toEqual([true, false])
  expect([await namesOf(admin, { mine: "true" }), await namesOf(member, { mine: "true" })]).toEqual(["", "ba"])
  await bulk(member, "archive", [b])
  expect([await namesOf(admin), await namesOf(admin, { archived: "true" })]).toEqual(["a", "b"])
  await bulk(member, "unarchive", [b])
  await bulk(admin, "unstar", [a])
  expect([await namesOf(admin), await namesOf(admin, { starred: "true" })]).toEqual(["ba", ""])
})

test("what cannot be done to one run is said and does not keep the others", async () => {
  const [cyd, dan] = [await newUser(platform(), "cyd"), await newUser(platform(), "dan")]
  const [open, ended, theirs] = [await create(cyd, { name: "a" }), await create(cyd, { name: "b" }), await create(dan)]
  await finalizeEvaluation(cyd, ended, null)
  const stopped = await bulk(cyd, "stop", [open, ended, theirs])
  expect(stopped.map(({ error }) => error)).toEqual([null, expect.stringContaining("already ended"), expect.stringContaining(theirs)])
  expect((await bulk(cyd, "delete", [theirs, ended])).map(({ error }) => error)).toEqual([expect.any(String), null])
  expect([await namesOf(cyd), await namesOf(dan)]).toEqual(["a", "e"])
})

test("notes are kept, left out of lists, and taken away by an empty text", async () => {
  const eve = await newUser(platform(), "eve")
  const id = await create(eve)
  const write = (notes: string) => updateEvaluationFields(eve, id, UpdateEvaluationRequest.parse({ notes }))
  await write("**good** prompt")
  expect((await getEvaluation(eve, id)).notes).toBe("**good** prompt")
  expect((await listEvaluations(eve, ListEvaluationsQuery.parse({}))).evaluations[0]).not.toHaveProperty("notes")
  await write("")
  expect((await getEvaluation(eve, id)).notes).toBeNull()
  expect(UpdateEvaluationRequest.safeParse({ notes: "x".repeat(limits.notesCharactersMax + 1) }).success).toBe(false)
})

test("a list has the interval of an ended run, and the columns that were asked for", async () => {
  const fay = await newUser(platform(), "fay")
  const metadata = { num_examples: 4, "a,b": [1, 2], args: { level: "hard", "x.y": true } }
  const id = await create(fay, { metadata })
  await pushSamples(
    fay,
    id,
    [0, 1, 1, 1].map((reward, i) => ({ example_id: i, reward, metrics: { "exact, strict": reward / 2 } })),
  )
  const columns = ["metric:exact%2C strict", "config:args.level", "config:args.x.y", "config:a%2Cb", "config:none", "metric:none"]
  const read = async () => (await listEvaluations(fay, ListEvaluationsQuery.parse({ columns: columns.join(",") }))).evaluations[0]
  expect((await read())?.interval95).toBeNull()
  await finalizeEvaluation(fay, id, null)
  const run = await read()
  expect(run?.interval95).toEqual({ low: expect.any(Number), high: expect.any(Number), approximate: false })
  expect(run?.columns).toEqual({
    "metric:exact, strict": 0.375,
    "config:args.level": "hard",
    "config:args.x.y": true,
    "config:a,b": "[1,2]",
    "config:none": null,
    "metric:none": null,
  })
  const wrong = ListEvaluationsQuery.safeParse({ columns: "metric:a,secret" })
  expect(wrong.error?.issues[0]?.path[0]).toBe("columns")
})
