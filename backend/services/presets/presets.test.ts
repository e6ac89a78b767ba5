import { expect, test } from "vitest"
import { CreateHostedEvaluationRequest, LaunchSuiteRequest, limits, SavePresetRequest } from "../../../contract/index.ts"
import { markAsSample } from "../../store/environments/environments.ts"
import { newEnvironment, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createHostedEvaluation } from "../evaluations/launch/create-hosted-evaluation.ts"
import { launchSuite } from "../evaluations/launch/launch-suite.ts"
import { deletePreset, readPresets, renamePreset, savePreset } from "./presets.ts"

const platform = testPlatform()

const config = { num_examples: 5, rollouts_per_example: 3 }
const save = (ctx: Context, name: string, rest: object = {}) =>
  savePreset(ctx, SavePresetRequest.parse({ name, eval_config: config, ...rest }))
const namesOf = async (ctx: Context, environmentId: string) => (await readPresets(ctx, environmentId)).presets.map(({ name }) => name)

test("presets are one's own, for one environment or for all, and replaced by name where they are for the same", async () => {
  const [ada, bea] = [await newUser(platform(), "ada"), await newUser(platform(), "bea")]
  const [one, two] = [await newEnvironment(platform(), ada), await newEnvironment(platform(), ada, { name: "other" })]
  const first = await save(ada, "Nightly", { environment_id: one.id })
  await save(ada, "Nightly")
  const again = await save(ada, "Nightly", { environment_id: one.id, eval_config: { ...config, num_examples: 50 } })
  expect(again).toMatchObject({ id: first.id, environment_id: one.id, eval_config: { num_examples: 50 } })
  expect(await namesOf(ada, one.id)).toEqual(["Nightly", "Nightly"])
  expect(await namesOf(ada, two.id)).toEqual(["Nightly"])
  expect(await namesOf(bea, one.id)).toEqual([])
  await expect(save(bea, "x", { environment_id: "cnone" })).rejects.toMatchObject({ code: "not_found" })
  await expect(deletePreset(bea, first.id)).rejects.toMatchObject({ code: "not_found" })
  await expect(renamePreset(bea, first.id, "mine")).rejects.toMatchObject({ code: "not_found" })
  await deletePreset(ada, first.id)
  expect(await namesOf(ada, one.id)).toEqual(["Nightly"])
})

test("a preset takes a name that none of the same kind has", async () => {
  const cyd = await newUser(platform(), "cyd")
  const { id } = await newEnvironment(platform(), cyd)
  const small = await save(cyd, "small", { environment_id: id })
  await save(cyd, "large", { environment_id: id })
  await save(cyd, "free")
  await expect(renamePreset(cyd, small.id, "large")).rejects.toMatchObject({ problems: [{ path: ["name"] }] })
  expect((await renamePreset(cyd, small.id, "free")).name).toBe("free")
  expect((await renamePreset(cyd, small.id, "free")).name).toBe("free")
})

test("values of secrets are never kept, and numbers are kept as written", async () => {
  const dan = await newUser(platform(), "dan")
  const { id } = await newEnvironment(platform(), dan)
  const saved = await save(dan, "secret", {
    environment_id: id,
    eval_config: { ...config, custom_secrets: { TOKEN: "hunter2-hunter2" }, env_args: { seed: { $number: "12345678901234567890" } } },
  })
  expect(saved.eval_config.custom_secrets).toEqual({ TOKEN: "$TOKEN" })
  const { rows } = await platform().database.pool.query("select config::text from run_presets where user_id = $1", [dan.userId])
  expect(rows[0].config).not.toContain("hunter2")
})

test("there are no more than there may be, however many are saved at once, and none is too large", async () => {
  const eve = await newUser(platform(), "eve")
  const { id } = await newEnvironment(platform(), eve)
  const saving = Array.from({ length: limits.presetsMax + 3 }, (_, i) => save(eve, `preset ${i}`, { environment_id: id }))
  const refused = (await Promise.allSettled(saving)).filter(({ status }) => status === "rejected")
  expect([refused.length, (await namesOf(eve, id)).length]).toEqual([3, limits.presetsMax])
  const [first] = await namesOf(eve, id)
  await save(eve, first as string, { environment_id: id })
  await expect(
    save(eve, first as string, { eval_config: { ...config, env_args: { text: "x".repeat(limits.presetBytesMax) } } }),
  ).rejects.toMatchObject({
    problems: [{ path: ["eval_config"] }],
  })
})

test("recent are the caller's last five configurations of the environment, each once with its newest run", async () => {
  const [fay, gus] = [await newUser(platform(), "fay"), await newUser(platform(), "gus")]
  const [one, two] = [await newEnvironment(platform(), fay), await newEnvironment(platform(), fay, { name: "other" })]
  const launch = async (ctx: Context, id: string, more: object, model = "m", tags: string[] = []) => {
    const [row] = await createHostedEvaluation(
      ctx,
      CreateHostedEvaluationRequest.parse({
        environment_ids: [id],
        inference_model: model,
        tags,
        eval_config: { ...config, api_base_url: "http://127.0.0.1:9/v1", ...more },
      }),
    )
    return row?.id as string
  }
  for (let i = 1; i <= 5; i++) await launch(fay, one.id, { num_examples: i })
  const again = await launch(fay, one.id, { num_examples: 2 })
  const other = await launch(fay, one.id, { num_examples: 2, custom_secrets: { TOKEN: "hunter2-hunter2" } }, "other")
  await launch(fay, two.id, { num_examples: 90 })
  await launch(fay, one.id, { num_examples: 92 }, "m", ["pilot"])
  await markAsSample(fay.db, one.id)
  await launch(gus, one.id, { num_examples: 91 })
  const { recent } = await readPresets(fay, one.id)
  expect(recent.map(({ models, eval_config: { num_examples } }) => [models, num_examples])).toEqual([
    [["other"], 2],
    [["m"], 2],
    [["m"], 5],
    [["m"], 4],
    [["m"], 3],
  ])
  expect([recent[0]?.evaluation_id, recent[1]?.evaluation_id]).toEqual([other, again])
  expect(recent[0]?.eval_config.custom_secrets).toEqual({ TOKEN: "$TOKEN" })
})

test("models that were launched together are one recent configuration", async () => {
  const ian = await newUser(platform(), "ian")
  const { id } = await newEnvironment(platform(), ian)
  const request = LaunchSuiteRequest.parse({
    environment_id: id,
    inference_models: ["lab/b", "lab/a"],
    eval_config: { ...config, api_base_url: "http://127.0.0.1:9/v1" },
  })
  await launchSuite(ian, request)
  await launchSuite(ian, request)
  expect((await readPresets(ian, id)).recent).toMatchObject([{ models: ["lab/b", "lab/a"], eval_config: { num_examples: 5 } }])
})
