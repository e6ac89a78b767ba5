import { afterAll, beforeAll, expect, test } from "vitest"
import { CreateHostedEvaluationRequest, CreateProviderRequest, limits } from "../../../contract/index.ts"
import { Pace } from "../../inference/pace.ts"
import { startModelServer } from "../../testing/model-server.ts"
import { newEnvironment, newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { until } from "../../testing/until.ts"
import type { Context } from "../context.ts"
import { getEvaluation } from "../evaluations/get-evaluation.ts"
import { createHostedEvaluation } from "../evaluations/launch/create-hosted-evaluation.ts"
import { createChatCompletion } from "../inference/create-chat-completion.ts"
import { setFavourite } from "../inference/favourites.ts"
import { listModels } from "../inference/read-models.ts"
import { createProvider, deleteProvider, listProviders, updateProvider } from "./providers.ts"
import { testProvider } from "./test-provider.ts"

const platform = testPlatform()
let model: Awaited<ReturnType<typeof startModelServer>>
/** The keys that requests came with, and answers that are held back. */
const keys: (string | undefined)[] = []
const held: (() => void)[] = []

beforeAll(async () => {
  model = await startModelServer((request, authorization) => {
    keys.push(authorization)
    if (authorization === "Bearer wrong-key-wrong-key") return Response.json({ error: { message: "Incorrect API key" } }, { status: 401 })
    return request.messages[0]?.content === "held" ? new Promise<string>((resolve) => held.push(() => resolve("late"))) : "hello"
  })
})
afterAll(() => model.close())

const add = (ctx: Context, more: object = {}) =>
  createProvider(ctx, CreateProviderRequest.parse({ slug: "lab", name: "Our lab", base_url: model.url, ...more }))
const ask = (ctx: Context, content = "x", id = "lab/scripted", signal = new AbortController().signal) =>
  createChatCompletion(ctx, { model: id, messages: [{ role: "user", content }] }, { sessionId: null, signal })
const idsOf = async (ctx: Context) => (await listModels(ctx)).models.map(({ id }) => id)

test("a provider serves its owner at once, with its key, which never comes back; nobody else sees it", async () => {
  const [ann, bob] = [await newUser(platform(), "ann"), await newUser(platform(), "bob")]
  const made = await add(ann, { key: "sk-1234567890-abcd", models: [{ id: "typed", input_usd_per_mtok: 2, output_usd_per_mtok: 4 }] })
  expect(made).toMatchObject({ key_end: "abcd", state: { error: null, models: 2, active_runs: 0 } })
  expect(await idsOf(ann)).toEqual(expect.arrayContaining(["lab/scripted", "lab/typed"]))
  expect((await ask(ann)).status).toBe(200)
  expect(keys.at(-1)).toBe("Bearer sk-1234567890-abcd")
  const typed = (await listModels(ann)).models.find(({ id }) => id === "lab/typed")
  expect(typed?.pricing).toEqual({ input_usd_per_mtok: 2, output_usd_per_mtok: 4 })

  expect(await idsOf(bob)).not.toContain("lab/scripted")
  expect((await ask(bob)).status).toBe(404)
  expect((await listProviders(bob, null)).providers).toEqual([])
  await expect(updateProvider(bob, made.id, { name: "Mine" })).rejects.toMatchObject({ code: "not_found" })
  await expect(deleteProvider(bob, made.id)).rejects.toMatchObject({ code: "not_found" })
  await expect(testProvider(bob, { base_url: model.url, provider_id: made.id })).rejects.toMatchObject({ code: "not_found" })
  const { rows } = await platform().database.pool.query("select * from providers where id = $1", [made.id])
  expect(JSON.stringify([await listProviders(ann, null), rows])).not.toContain("sk-1234567890")
})

test("what is changed, switched off or deleted takes effect at once here, and within seconds in other processes", async () => {
  const cat = await newUser(platform(), "cat")
  const { id } = await add(cat, { key: "first-key-first-key" })
  await ask(cat)
  await updateProvider(cat, id, { key: "second-key-second-key" })
  await ask(cat)
  expect(keys.slice(-2)).toEqual(["Bearer first-key-first-key", "Bearer second-key-second-key"])
  await updateProvider(cat, id, { key: null })
  await ask(cat)
  expect(keys.at(-1)).toBeUndefined()
  await updateProvider(cat, id, { is_on: false })
  expect((await ask(cat)).status).toBe(404)
  await updateProvider(cat, id, { is_on: true, slug: "renamed" })
  expect((await ask(cat, "x", "renamed/scripted")).status).toBe(200)
  // Another process changes the row without this one knowing.
  await platform().database.pool.query("update providers set is_on = false where id = $1", [id])
  await until("this process has noticed", async () => (await ask(cat, "x", "renamed/scripted")).status === 404)
  await deleteProvider(cat, id)
  expect((await listProviders(cat, null)).providers).toEqual([])
})

test("a team's provider is its members', for what they ask on the team's account", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "lab-team")
  const outsider = await newUser(platform(), "outsider")
  await add(admin, { slug: "shared", team_id: teamId })
  expect((await listProviders(member, teamId)).providers.map(({ slug }) => slug)).toEqual(["shared"])
  expect((await ask({ ...member, teamId }, "x", "shared/scripted")).status).toBe(200)
  expect((await ask(member, "x", "shared/scripted")).status).toBe(404)
  await expect(add(outsider, { team_id: teamId })).rejects.toMatchObject({ code: "forbidden" })
  await expect(listProviders(outsider, teamId)).rejects.toMatchObject({ code: "forbidden" })
})

test("what does not fit is refused with its field", async () => {
  const dan = await newUser(platform(), "dan")
  await add(dan, { key: "a-key-of-some-length" })
  await expect(add(dan)).rejects.toMatchObject({ problems: [{ path: ["slug"] }] })
  await expect(add(dan, { slug: "demo" })).rejects.toMatchObject({ problems: [{ path: ["slug"] }] })
  await expect(add(dan, { slug: "b", models: [{ id: "m" }, { id: "m" }] })).rejects.toMatchObject({
    problems: [{ path: ["models", 1, "id"] }],
  })
  await expect(add(dan, { slug: "b", models: [{ id: "m", input_usd_per_mtok: 1 }] })).rejects.toMatchObject({
    problems: [{ path: ["models", 0, "output_usd_per_mtok"] }],
  })
  for (const [field, value] of [
    ["slug", "Upper"],
    ["base_url", "ftp://x"],
    ["base_url", "https://me:secret@host/v1"],
    ["key", "two words"],
    ["concurrency", 0],
  ] as const) {
    const parsed = CreateProviderRequest.safeParse({ slug: "s", name: "n", base_url: "https://x/v1", [field]: value })
    expect([field, parsed.error?.issues[0]?.path]).toEqual([field, [field]])
  }
})

test("a stored key is only sent to the host that it was given for", async () => {
  const eve = await newUser(platform(), "eve")
  const { id } = await add(eve, { key: "a-key-of-some-length" })
  const elsewhere = "https://collector.example.com/v1"
  await expect(updateProvider(eve, id, { base_url: elsewhere })).rejects.toMatchObject({ problems: [{ path: ["key"] }] })
  await expect(testProvider(eve, { base_url: elsewhere, provider_id: id })).rejects.toMatchObject({ problems: [{ path: ["key"] }] })
  expect((await updateProvider(eve, id, { base_url: `${model.url}/` })).base_url).toBe(`${model.url}/`)
})

test("the test says what fails", async () => {
  const fay = await newUser(platform(), "fay")
  const { id } = await add(fay, { key: "wrong-key-wrong-key" })
  expect(await testProvider(fay, { base_url: model.url })).toMatchObject({
    fault: null,
    model_count: 1,
    models: [{ id: "scripted", input_usd_per_mtok: 1, output_usd_per_mtok: 10 }],
  })
  expect(await testProvider(fay, { base_url: model.url, model: "scripted" })).toMatchObject({
    fault: null,
    message: expect.stringContaining("answered"),
  })
  expect(await testProvider(fay, { base_url: model.url, provider_id: id, model: "scripted" })).toMatchObject({
    fault: "completion_failed",
    message: "scripted could not be asked: it answered 401: Incorrect API key.",
  })
  const origin = new URL(model.url).origin
  expect(await testProvider(fay, { base_url: origin })).toMatchObject({ fault: "not_compatible", message: expect.stringContaining("/v1") })
  expect(await testProvider(fay, { base_url: "http://127.0.0.1:9/v1" })).toMatchObject({
    fault: "unreachable",
    message: expect.stringContaining("Nothing listens"),
  })
})

test("more requests than a provider takes at once wait, are shown as waiting, and are answered", async () => {
  const gus = await newUser(platform(), "gus")
  const { id } = await add(gus, { concurrency: 1 })
  const first = ask(gus, "held")
  await until("the first is under way", () => held.length === 1)
  const leaving = new AbortController()
  const [second, third] = [ask(gus), ask(gus, "x", "lab/scripted", leaving.signal)]
  const state = async () => (await listProviders(gus, null)).providers[0]?.state
  await until("two wait", async () => (await state())?.waiting === 2)
  expect(await state()).toMatchObject({ under_way: 1, waiting: 2 })
  const sent = model.requests.length
  leaving.abort()
  expect((await third).status).toBe(499)
  held.pop()?.()
  expect([(await first).status, (await second).status]).toEqual([200, 200])
  expect(model.requests.length).toBe(sent + 1)
  await until("none counts any more", async () => {
    const now = await state()
    return now?.under_way === 0 && now.waiting === 0
  })
  await updateProvider(gus, id, { concurrency: null, requests_per_minute: 4 })
  // Two of this minute came before there was the limit, and count.
  expect((await Promise.all([ask(gus), ask(gus)])).map(({ status }) => status)).toEqual([200, 200])
  const fifth = ask(gus)
  await until("the fifth of the minute waits", async () => (await state())?.waiting === 1)
  await deleteProvider(gus, id)
  expect((await fifth).status).toBe(404)
})

test("limits hold for all processes together", async () => {
  const hal = await newUser(platform(), "hal")
  const { id } = await add(hal, { concurrency: 3 })
  const paces = [1, 2].map(() => new Pace(platform().services.db))
  let underWay = 0
  let most = 0
  await Promise.all(
    Array.from({ length: 12 }, async (_, i) => {
      const leave = await paces[i % 2]?.enter(id, null, new AbortController().signal)
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      leave?.()
    }),
  )
  expect(most).toBeLessThanOrEqual(3)
})

test("a run says that its requests wait for a provider", async () => {
  const ida = await newUser(platform(), "ida")
  const { id: environment } = await newEnvironment(platform(), ida)
  const { id } = await add(ida, { requests_per_minute: 1 })
  const [run] = await createHostedEvaluation(
    ida,
    CreateHostedEvaluationRequest.parse({
      environment_ids: [environment],
      inference_model: "lab/scripted",
      eval_config: { num_examples: 2, rollouts_per_example: 1 },
    }),
  )
  const runId = run?.id as string
  expect((await listProviders(ida, null)).providers[0]?.state.active_runs).toBe(1)
  await platform().database.pool.query("update evaluations set status = 'RUNNING', phase = 'running' where id = $1", [runId])
  const { pace } = platform().services
  const gone = new AbortController()
  await pace.enter(id, runId, gone.signal)
  const second = pace.enter(id, runId, gone.signal)
  await until(
    "it says so",
    async () => (await getEvaluation(ida, runId)).waits_for === "1 request waits for Our lab, which takes 1 request a minute",
  )
  gone.abort()
  await expect(second).rejects.toThrow()
})

test("favourites are a person's own, in the order of marking, and no more than there may be", async () => {
  const [joe, kim] = [await newUser(platform(), "joe"), await newUser(platform(), "kim")]
  await setFavourite(joe, "lab/b", true)
  await setFavourite(joe, "lab/a", true)
  await setFavourite(joe, "lab/b", true)
  expect((await listModels(joe)).favourites).toEqual(["lab/b", "lab/a"])
  expect((await listModels(kim)).favourites).toEqual([])
  expect(await setFavourite(joe, "lab/b", false)).toEqual(["lab/a"])
  for (let i = 1; i < limits.favouriteModelsMax; i++) await setFavourite(joe, `lab/m${i}`, true)
  await expect(setFavourite(joe, "lab/more", true)).rejects.toMatchObject({ code: "conflict" })
  expect((await listModels(await serviceContext(platform(), null))).favourites).toEqual([])
})
