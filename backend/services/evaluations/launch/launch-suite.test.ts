import { expect, test } from "vitest"
import { CreateHostedEvaluationRequest, LaunchSuiteRequest, ListEvaluationsQuery, limits } from "../../../../contract/index.ts"
import { newEnvironment, newUser } from "../../../testing/service-context.ts"
import { testPlatform } from "../../../testing/test-platform.ts"
import type { Context } from "../../context.ts"
import { getEvaluation } from "../get-evaluation.ts"
import { listEvaluations } from "../list-evaluations.ts"
import { createHostedEvaluation } from "./create-hosted-evaluation.ts"
import { launchSuite } from "./launch-suite.ts"

const platform = testPlatform()

const request = (environment_id: string, inference_models: string[], rest: object = {}) => ({
  environment_id,
  inference_models,
  eval_config: { num_examples: 5, rollouts_per_example: 3, api_base_url: "http://127.0.0.1:9/v1" },
  ...rest,
})
const launch = (ctx: Context, ...given: Parameters<typeof request>) => launchSuite(ctx, LaunchSuiteRequest.parse(request(...given)))

test("a suite is one run of each model, alike in everything else, and listed by its id", async () => {
  const ada = await newUser(platform(), "ada")
  const { id, versionId } = await newEnvironment(platform(), ada, { name: "sum" })
  const { suite_id, evaluation_ids } = await launch(ada, id, ["lab/b", "lab/a"], { tags: ["nightly"] })
  const { evaluations } = await listEvaluations(ada, ListEvaluationsQuery.parse({ suite_id, sort_by: "model" }))
  expect(evaluations.map((run) => [run.evaluation_id, run.name, run.model_name, run.version_id, run.tags])).toEqual([
    [evaluation_ids[0], "sum--lab/b", "lab/b", versionId, ["nightly"]],
    [evaluation_ids[1], "sum--lab/a", "lab/a", versionId, ["nightly"]],
  ])
  await launch(ada, id, ["lab/b", "lab/a"])
  expect((await listEvaluations(ada, ListEvaluationsQuery.parse({ suite_id }))).total).toBe(2)
})

test("models that are not here are all named, and then nothing is started", async () => {
  const bea = await newUser(platform(), "bea")
  const { id } = await newEnvironment(platform(), bea)
  const refused = launch(bea, id, ["no/such", "nor/this"], { eval_config: { num_examples: 5, rollouts_per_example: 1 } })
  await expect(refused).rejects.toMatchObject({
    code: "invalid",
    problems: [{ path: ["inference_models", 0] }, { path: ["inference_models", 1] }],
  })
  expect((await listEvaluations(bea, ListEvaluationsQuery.parse({}))).total).toBe(0)
})

test("runs of a suite may stop by each other, in one order, and a run alone may not", async () => {
  const dot = await newUser(platform(), "dot")
  const { id } = await newEnvironment(platform(), dot)
  const config = (rest: object) => ({ eval_config: { ...request(id, []).eval_config, stop_against: "suite", ...rest } })
  const { evaluation_ids } = await launch(dot, id, ["a", "b", "c"], config({ stop_margin: 0.1 }))
  const runs = await Promise.all(evaluation_ids.map((one) => getEvaluation(dot, one)))
  const orders = runs.map(({ eval_config }) => eval_config?.shuffle_seed)
  expect(orders).toEqual([expect.any(Number), orders[0], orders[0]])
  expect(runs.map(({ eval_config }) => eval_config?.stop_against)).toEqual(["suite", "suite", "suite"])
  await expect(launch(dot, id, ["a", "b"], config({ stop_threshold: 0.1 }))).rejects.toMatchObject({
    code: "invalid",
    problems: [{ path: ["eval_config", "stop_threshold"] }],
  })
  const alone = CreateHostedEvaluationRequest.parse({ environment_ids: [id], inference_model: "a", ...config({}) })
  await expect(createHostedEvaluation(dot, alone)).rejects.toMatchObject({
    code: "invalid",
    problems: [{ path: ["eval_config", "stop_against"], message: expect.stringContaining("several models") }],
  })
})

test("a suite sent again with its key is the same suite", async () => {
  const cyd = await newUser(platform(), "cyd")
  const { id } = await newEnvironment(platform(), cyd)
  const key = { idempotency_key: "one-suite-only" }
  const [first, second] = await Promise.all([launch(cyd, id, ["a", "b"], key), launch(cyd, id, ["a", "b"], key)])
  expect(second).toEqual(first)
  await expect(launch(cyd, id, ["a", "c"], key)).rejects.toMatchObject({ code: "conflict" })
  expect((await listEvaluations(cyd, ListEvaluationsQuery.parse({}))).total).toBe(2)
})

test("a suite has as many models as can be compared, each once", () => {
  const models = (count: number) => Array.from({ length: count }, (_, i) => `model ${i}`)
  expect(LaunchSuiteRequest.safeParse(request("e", models(limits.modelsPerSuiteMax))).success).toBe(true)
  expect(LaunchSuiteRequest.safeParse(request("e", models(limits.modelsPerSuiteMax + 1))).success).toBe(false)
  expect(LaunchSuiteRequest.safeParse(request("e", models(1))).success).toBe(false)
  expect(LaunchSuiteRequest.safeParse(request("e", ["a", "a"])).error?.issues[0]?.message).toBe("names a model twice")
})
