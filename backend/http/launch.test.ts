import { expect, test } from "vitest"
import { newEnvironment } from "../testing/service-context.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform()
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)

const config = { num_examples: 2, rollouts_per_example: 1, api_base_url: "http://127.0.0.1:9/v1" }
let names = 0
const environment = async () => (await newEnvironment(platform(), { userId: await platform().ownerId() }, { name: `echo-${names++}` })).id

test("a suite answers with its runs, and says which field is wrong and what its limit is", async () => {
  const environment_id = await environment()
  const launch = async (inference_models: string[], more: object = {}) =>
    call("POST", "/hosted-evaluations/suites", { environment_id, inference_models, eval_config: config, ...more })
  const { status, body } = await launch(["lab/a", "lab/b"])
  expect([status, body.evaluation_ids.length]).toEqual([201, 2])
  const listed = (await call("GET", `/evaluations?suite_id=${body.suite_id}`)).body
  expect(listed.evaluations.map((run: { evaluation_id: string }) => run.evaluation_id).sort()).toEqual(body.evaluation_ids.toSorted())
  const refused = async (...request: Parameters<typeof launch>) => {
    const { status, body } = await launch(...request)
    return [status, body.errors?.[0]?.param, body.errors?.[0]?.details]
  }
  expect(await refused(["lab/a"])).toEqual([422, "inference_models", expect.stringContaining("2")])
  expect(await refused(Array.from({ length: 11 }, (_, i) => `m${i}`))).toEqual([422, "inference_models", expect.stringContaining("10")])
  expect(await refused(["a", "a"])).toEqual([422, "inference_models", "names a model twice"])
  expect(await refused(["a", "b"], { tags: ["x".repeat(61)] })).toEqual([422, "tags.0", expect.stringContaining("60")])
  expect((await launch(["a", "b"], { environment_id: "cnone" })).status).toBe(404)
})

test("a launch takes tags", async () => {
  const request = { environment_ids: [await environment()], inference_model: "lab/a", eval_config: config, tags: ["pilot", "pilot"] }
  const { body } = await call("POST", "/hosted-evaluations", request)
  expect((await call("GET", `/evaluations/${body.evaluation_id}`)).body.tags).toEqual(["pilot"])
})

test("the key of a launch may stand in a header, as in other APIs, but not another one in the body", async () => {
  const request = { environment_ids: [await environment()], inference_model: "lab/a", eval_config: config }
  const launch = async (key: string, more: object = {}) => {
    const asked = new Request("http://platform.test/api/v1/hosted-evaluations", {
      method: "POST",
      headers: { authorization: `Bearer ${testApiKey}`, "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify({ ...request, ...more }),
    })
    const answer = await platform().fetch(asked, null)
    const { evaluation_id, errors } = (await answer.json()) as { evaluation_id?: string; errors?: { param: string }[] }
    return [answer.status, evaluation_id ?? errors?.[0]?.param]
  }
  const first = await launch("one-launch")
  expect(first[0]).toBe(201)
  expect(await launch("one-launch")).toEqual(first)
  expect(await launch("one-launch", { idempotency_key: "one-launch" })).toEqual(first)
  expect((await launch("one-launch", { name: "other" }))[0]).toBe(409)
  expect(await launch("one-launch", { idempotency_key: "two-launches" })).toEqual([422, "idempotency_key"])
  expect(await launch("short")).toEqual([422, "idempotency_key"])
  expect((await launch("another-launch"))[1]).not.toBe(first[1])
})

test("a preset is saved, listed, renamed and deleted, and a wrong one names its field", async () => {
  const environment_id = await environment()
  const listed = async () => (await call("GET", `/run-presets?environment_id=${environment_id}`)).body.presets
  const saved = await call("POST", "/run-presets", { name: " Nightly ", environment_id, eval_config: config })
  expect([saved.status, saved.body.name]).toEqual([201, "Nightly"])
  expect(await listed()).toEqual([saved.body])
  const address = `/run-presets/${saved.body.id}`
  expect((await call("PATCH", address, { name: "Weekly" })).body).toMatchObject({ id: saved.body.id, name: "Weekly" })
  const wrong = await call("POST", "/run-presets", { name: "x", eval_config: { ...config, rollouts_per_example: 0 } })
  expect([wrong.status, wrong.body.errors?.[0]?.param]).toEqual([422, "eval_config.rollouts_per_example"])
  const nameless = await call("PATCH", address, { name: " " })
  expect([nameless.status, nameless.body.errors?.[0]?.param]).toEqual([422, "name"])
  expect(await call("DELETE", address)).toMatchObject({ status: 200, body: { deleted: true } })
  expect((await call("DELETE", address)).status).toBe(404)
  expect(await listed()).toEqual([])
})
