import { expect, test } from "vitest"
import { CreateEvaluationRequest, ListEvaluationsQuery } from "../../../contract/index.ts"
import { newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "./create-evaluation.ts"
import { finalizeEvaluation } from "./finalize-evaluation.ts"
import { listEvaluations } from "./list-evaluations.ts"

const platform = testPlatform()
const create = async (ctx: Context, fields: object = {}) =>
  (await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "e", run_id: "r", ...fields }))).id
const idsOf = async (ctx: Context, query: object = {}) =>
  (await listEvaluations(ctx, ListEvaluationsQuery.parse(query))).evaluations.map((one) => one.evaluation_id)

test("filters narrow the list, and several statuses are joined by commas", async () => {
  const ada = await newUser(platform(), "ada")
  const [running, ended] = [await create(ada, { model_name: "m-1" }), await create(ada, { model_name: "m-2", name: "50 % off" })]
  await finalizeEvaluation(ada, ended, null)
  expect(await idsOf(ada)).toEqual([ended, running])
  expect(await idsOf(ada, { sort_order: "asc" })).toEqual([running, ended])
  expect(await idsOf(ada, { status: "COMPLETED" })).toEqual([ended])
  expect(await idsOf(ada, { status: "COMPLETED,RUNNING" })).toEqual([ended, running])
  expect(await idsOf(ada, { model: "m-1" })).toEqual([running])
  // A percent sign is a character, not a wildcard.
  expect(await idsOf(ada, { search: "0 %" })).toEqual([ended])
  expect(await idsOf(ada, { search: "e%" })).toEqual([])
  expect(await idsOf(ada, { is_hosted: "true" })).toEqual([])
})

test("pages are cut from one total", async () => {
  const bea = await newUser(platform(), "bea")
  for (let i = 0; i < 3; i++) await create(bea)
  const page = await listEvaluations(bea, ListEvaluationsQuery.parse({ skip: 2, limit: 2 }))
  expect(page).toMatchObject({ total: 3, skip: 2, limit: 2 })
  expect(page.evaluations).toHaveLength(1)
})

test("a status that is none is refused by its name", async () => {
  const cyd = await newUser(platform(), "cyd")
  await expect(idsOf(cyd, { status: "COMPLETED,DONE" })).rejects.toMatchObject({ problems: [{ path: ["status"] }] })
})

test("a team's runs are for its members", async () => {
  const { teamId, member } = await newTeam(platform(), "lab")
  const theirs = await create(member, { team_id: teamId })
  expect(await idsOf(member, { team_id: teamId })).toEqual([theirs])
  await expect(idsOf(await newUser(platform(), "dora"), { team_id: teamId })).rejects.toMatchObject({ code: expect.any(String) })
})
