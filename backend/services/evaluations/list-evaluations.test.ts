import { expect, test } from "vitest"
import { CreateEvaluationRequest, ListEvaluationModelsQuery, ListEvaluationsQuery } from "../../../contract/index.ts"
import { newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "./create-evaluation.ts"
import { deleteEvaluation } from "./delete-evaluation.ts"
import { finalizeEvaluation } from "./finalize-evaluation.ts"
import { listEvaluationModels, listEvaluations } from "./list-evaluations.ts"
import { pushSamples } from "./push-samples.ts"

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

test("each run says what the caller is in its owner", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "list-roles")
  const [ofTeam, own] = [await create(admin, { team_id: teamId }), await create(member)]
  const rolesOf = async (ctx: Context) =>
    Object.fromEntries(
      (await listEvaluations(ctx, ListEvaluationsQuery.parse({}))).evaluations.map((one) => [one.evaluation_id, one.access_role]),
    )
  expect(await rolesOf(admin)).toEqual({ [ofTeam]: "owner" })
  expect(await rolesOf(member)).toEqual({ [ofTeam]: "editor", [own]: "owner" })
})

test("models are those of all of one's runs under the other filters", async () => {
  const [eva, fay] = [await newUser(platform(), "eva"), await newUser(platform(), "fay")]
  const ended = await create(eva, { model_name: "m-2", name: "second" })
  for (const model_name of ["m-3", "m-1", "m-1", undefined]) await create(eva, { model_name })
  await create(fay, { model_name: "m-4" })
  await finalizeEvaluation(eva, ended, null)
  const models = (query: object) => listEvaluationModels(eva, ListEvaluationModelsQuery.parse(query))
  expect(await models({})).toEqual(["m-1", "m-2", "m-3"])
  expect(await models({ status: "COMPLETED" })).toEqual(["m-2"])
  expect(await models({ search: "second", is_hosted: "false" })).toEqual(["m-2"])
  await expect(models({ status: "DONE" })).rejects.toMatchObject({ problems: [{ path: ["status"] }] })
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

test("what has no value to sort by comes last in both directions, and a cursor misses nothing while runs come and go", async () => {
  const uma = await newUser(platform(), "uma")
  const runs: [name: string, score: number | null, model: string | null][] = [
    ["a", 0.5, "m-2"],
    ["b", null, null],
    ["c", 0.25, "m-1"],
    ["d", null, "m-3"],
    ["e", 1, null],
  ]
  for (const [name, score, model] of runs) {
    const { id } = await createEvaluation(uma, CreateEvaluationRequest.parse({ name, run_id: "r", model_name: model }))
    if (score !== null) await pushSamples(uma, id, [{ example_id: 1, reward: score }])
  }
  const walk = async (sort_by: string, sort_order: string) => {
    const names: string[] = []
    let after: string | null | undefined
    do {
      const page = await listEvaluations(uma, ListEvaluationsQuery.parse({ sort_by, sort_order, limit: 2, after }))
      names.push(...page.evaluations.map((run) => run.name))
      after = page.next
    } while (after)
    return names.join("")
  }
  expect(await walk("avg_score", "asc")).toMatch(/^cae(bd|db)$/)
  expect(await walk("avg_score", "desc")).toMatch(/^eac(bd|db)$/)
  expect(await walk("model", "asc")).toMatch(/^cad(be|eb)$/)
  expect(await walk("model", "desc")).toMatch(/^dac(be|eb)$/)
  expect([await walk("name", "asc"), await walk("created_at", "desc")]).toEqual(["abcde", "edcba"])
  const first = await listEvaluations(uma, ListEvaluationsQuery.parse({ limit: 2 }))
  await createEvaluation(uma, CreateEvaluationRequest.parse({ name: "new", run_id: "r" }))
  const second = await listEvaluations(uma, ListEvaluationsQuery.parse({ limit: 2, after: first.next }))
  expect([...first.evaluations, ...second.evaluations].map((run) => run.name).join("")).toBe("edcb")
  const third = await listEvaluations(uma, ListEvaluationsQuery.parse({ limit: 2, after: second.next }))
  expect([third.evaluations.map((run) => run.name).join(""), third.total, third.next]).toEqual(["a", 6, null])
})

test("a cursor goes back as it went on, and to the first page where less is left", async () => {
  const vic = await newUser(platform(), "vic")
  const runs = []
  for (const [name, model] of Object.entries({ a: "m-2", b: null, c: "m-1", d: "m-3", e: null, f: "m-4", g: null }))
    runs.push((await createEvaluation(vic, CreateEvaluationRequest.parse({ name, run_id: "r", model_name: model }))).id)
  const read = (query: object) => listEvaluations(vic, ListEvaluationsQuery.parse({ limit: 2, ...query }))
  for (const sort_by of ["name", "model", "created_at", "avg_score"])
    for (const sort_order of ["asc", "desc"]) {
      const pages = [await read({ sort_by, sort_order })]
      for (let last = pages[0]; last?.next; last = pages.at(-1)) pages.push(await read({ sort_by, sort_order, after: last.next }))
      expect(pages.map((page) => page.evaluations.length)).toEqual([2, 2, 2, 1])
      for (const [i, page] of pages.entries()) {
        if (i === 0) continue
        const back = await read({ sort_by, sort_order, before: page.previous })
        expect(back.evaluations.map((run) => run.name)).toEqual(pages[i - 1]?.evaluations.map((run) => run.name))
        expect(back.next).toBe(pages[i - 1]?.next)
      }
      expect([pages[0]?.previous, pages.at(-1)?.next]).toEqual([null, null])
    }
  const second = await read({ sort_order: "asc", skip: 2 })
  await deleteEvaluation(vic, runs[0] as string)
  const first = await read({ sort_order: "asc", before: second.previous })
  expect([first.evaluations.map((run) => run.name).join(""), first.previous]).toEqual(["bc", null])
})

test("a cursor that no page gave is refused by its name", async () => {
  const wes = await newUser(platform(), "wes")
  const queries = [
    { after: "made up" },
    { before: "made up" },
    { after: "v2026-99-99 00:00:00:run" },
    { before: "v1e:run", sort_by: "avg_score" },
  ]
  for (const query of [...queries, { after: "n\0:run", sort_by: "name" }, { after: "vx\0:run", sort_by: "name" }])
    await expect(listEvaluations(wes, ListEvaluationsQuery.parse(query))).rejects.toMatchObject({
      problems: [{ path: ["before" in query ? "before" : "after"] }],
    })
})
