import { subscribe } from "node:diagnostics_channel"
import { setImmediate } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createLog } from "../base/log.ts"
import { openDatabase } from "../store/db.ts"
import { setBudget } from "../store/usage/limits.ts"
import { type ModelRequest, startModelServer } from "../testing/model-server.ts"
import { newUser } from "../testing/service-context.ts"
import { testPlatform } from "../testing/test-platform.ts"
import { until } from "../testing/until.ts"
import { Budgets } from "./budgets.ts"
import { chatCompletion } from "./gateway.ts"
import { ModelRegistry } from "./model-registry.ts"

const platform = testPlatform()
const completion = (usage: object) =>
  Response.json({ choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "one two three" } }], ...usage })

let breakOff: () => void = () => {}
const held: ((tokens: number) => void)[] = []
/** Answers all that were held back, each with so many tokens or as many as it may have. */
const giveAnswers = (tokens: number) => {
  for (const give of held.splice(0)) give(tokens)
}

/** How the model server answers, by the prompt of a request. */
const answers: Record<string, (request: ModelRequest) => Response | Promise<Response>> = {
  plain: () => completion({ usage: { prompt_tokens: 10, completion_tokens: 5 } }),
  silent: () => completion({}),
  // As models that reason refuse the name, and others a number that is too high.
  "only max_completion_tokens": (request) =>
    request.max_tokens ? Response.json({ error: { message: "Unsupported parameter: 'max_tokens'" } }, { status: 400 }) : completion({}),
  "at most 100": (request) =>
    Number(request.max_tokens ?? request.max_completion_tokens ?? 0) > 100
      ? Response.json({ error: { message: "max_tokens is too large" } }, { status: 400 })
      : completion({}),
  held: (request) =>
    new Promise((resolve) => {
      held.push((tokens) =>
        resolve(completion({ usage: { prompt_tokens: 1, completion_tokens: Math.min(tokens, Number(request.max_tokens)) } })),
      )
    }),
  "as long as possible": (request) =>
    completion({ usage: { prompt_tokens: 1, completion_tokens: Math.min(9000, Number(request.max_tokens)) } }),
  "cut whole": () => {
    const begun = JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content: "one two three four" } }] }).slice(0, -9)
    let isSent = false
    const body = new ReadableStream({
      pull(controller) {
        if (!isSent) controller.enqueue(new TextEncoder().encode(begun))
        isSent = true
        return new Promise((resolve) => {
          breakOff = () => resolve(controller.error(new Error("broken off")))
        })
      },
    })
    return new Response(body, { headers: { "content-type": "application/json" } })
  },
  cut: () => {
    const chunks = ["one", " two", " three"].map(
      (content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`,
    )
    const body = new ReadableStream({
      pull(controller) {
        const next = chunks.shift()
        if (next) return controller.enqueue(new TextEncoder().encode(next))
        return new Promise((resolve) => {
          breakOff = () => resolve(controller.close())
        })
      },
    })
    return new Response(body, { headers: { "content-type": "text/event-stream" } })
  },
}
let model: Awaited<ReturnType<typeof startModelServer>>
let registry: ModelRegistry

beforeAll(async () => {
  model = await startModelServer(
    (request) => (answers[String(request.messages[0]?.content)] ?? answers.plain)?.(request) as Response | Promise<Response>,
  )
  registry = new ModelRegistry([{ id: "p", name: "P", base_url: model.url, prices: {}, prefix: "p/", key: null, source: "file" }])
})
afterAll(() => model.close())

/** A person with a budget, and how they ask: 1 dollar per million prompt tokens, 10 per million of the answer. */
async function person(slug: string, monthlyUsd: number | null = null, { budgets = platform().services.budgets, models = registry } = {}) {
  const { userId } = await newUser(platform(), slug)
  const { db, meter, pace } = platform().services
  await setBudget(db, { userId, teamId: null }, monthlyUsd)
  const ask = (content: string, also: object = {}, signal = new AbortController().signal) =>
    chatCompletion(
      models,
      { meter, budgets, pace },
      { userId, teamId: null, evaluationId: null, sessionId: null },
      { model: "p/scripted", messages: [{ role: "user", content }], ...also },
      signal,
    )
  const used = async () => {
    await meter.flush()
    const text =
      "select prompt_tokens::int as prompt, completion_tokens::int as completion, cost_usd from inference_usage where user_id = $1"
    return (await platform().database.pool.query(text, [userId])).rows
  }
  return { ask, used, sent: () => model.requests.at(-1) as ModelRequest }
}

test("a stream that ends without its usage, and one whose reader leaves, are paid for", async () => {
  const { ask, used } = await person("cutter")
  for (const end of [() => breakOff(), (reader: ReadableStreamDefaultReader) => reader.cancel()]) {
    const reader = (await ask("cut", { stream: true })).body?.getReader() as ReadableStreamDefaultReader<Uint8Array>
    for (let text = ""; !text.includes("three"); ) text += new TextDecoder().decode((await reader.read()).value)
    await end(reader)
    await reader.read()
  }
  const rows = await until("both are metered", async () => {
    const all = await used()
    return all.length === 2 && all
  })
  expect(rows).toEqual([1, 2].map(() => ({ prompt: 1, completion: 3, cost_usd: 31e-6 })))
})

test("a whole answer that breaks off, and one whose reader leaves in the middle, are paid for", async () => {
  const { ask, used } = await person("cutter-of-wholes")
  const leaving = new AbortController()
  for (const [end, signal, status] of [
    [() => breakOff(), undefined, 502],
    [() => leaving.abort(), leaving.signal, 499],
  ] as const) {
    const arrived = new Promise((resolve) => subscribe("undici:request:bodyChunkReceived", resolve))
    const answer = ask("cut whole", {}, signal)
    await arrived
    await setImmediate()
    end()
    expect((await answer).status).toBe(status)
  }
  const rows = await used()
  expect(rows).toHaveLength(2)
  for (const row of rows) expect(row).toMatchObject({ prompt: 2, completion: expect.toSatisfy((count: number) => count >= 3) })
})

test("an answer without usage is counted", async () => {
  const { ask, used } = await person("silent")
  await (await ask("silent")).text()
  expect(await used()).toEqual([{ prompt: 1, completion: 3, cost_usd: 31e-6 }])
})

test("an answer may become as long as what is left of a budget pays for", async () => {
  const { ask, sent } = await person("bounded", 0.001)
  await ask("plain")
  expect(sent().max_tokens).toBe(100)
  await ask("plain", { max_tokens: 20 })
  expect(sent().max_tokens).toBe(20)
  await ask("plain", { max_completion_tokens: 5000 })
  expect(sent()).not.toHaveProperty("max_tokens")
  expect(sent().max_completion_tokens).toBeLessThanOrEqual(100)
  const { ask: freely, sent: sentFreely } = await person("unbounded")
  await freely("plain")
  expect(sentFreely()).not.toHaveProperty("max_tokens")
})

test("a provider that refuses the bound is asked with its other name, or without it", async () => {
  const models = new ModelRegistry(registry.providers.map((provider) => ({ ...provider, id: "choosy" })))
  const { ask, sent } = await person("refused", 0.01, { models })
  expect((await ask("only max_completion_tokens")).status).toBe(200)
  expect(sent().max_completion_tokens).toBe(1000)
  const before = model.requests.length
  expect((await ask("at most 100")).status).toBe(200)
  expect(sent()).not.toHaveProperty("max_completion_tokens")
  // The name that the model takes is known by now, and then that 1000 is too much.
  expect(model.requests).toHaveLength(before + 2)
  await ask("at most 100")
  expect(model.requests).toHaveLength(before + 3)
})

test("while the database cannot tell what is left, nothing is sent", async () => {
  const { config } = platform()
  const away = openDatabase(config.databaseUrl.replace(/\/[^/?]+(\?|$)/, "/no_such_database$1"), createLog("test", "silent"))
  const budgets = new Budgets(away.db, platform().services.meter)
  const { ask } = await person("unknown", 1, { budgets })
  const before = model.requests.length
  const answer = await ask("plain", {}, AbortSignal.timeout(500))
  expect([answer.status, ((await answer.json()) as any).error.code]).toEqual([503, "budget_unknown"])
  expect(model.requests).toHaveLength(before)
  await away.close()
})

test("requests in flight hold what their answers may cost: together they do not spend a budget twice", async () => {
  // For 100 tokens: two of 60 do not fit.
  const { ask, used } = await person("crowd", 0.001)
  const before = model.requests.length
  const isSent = (count: number) => until(`${count} are sent`, () => model.requests.length === before + count)
  const first = ask("held", { max_tokens: 60 })
  await isSent(1)
  const others = [1, 2].map(() => ask("held", { max_tokens: 60 }))
  const small = ask("held", { max_tokens: 10 })
  await isSent(2)
  expect(model.requests.at(-1)?.max_tokens).toBe(10)
  // 30 are left then, less than either of the others asks for: one has them when nobody else is under way.
  giveAnswers(1000)
  expect((await first).status).toBe(200)
  expect((await small).status).toBe(200)
  const answered = Promise.all(others)
  const rest = await until("the others are answered", async () => {
    giveAnswers(1000)
    return Promise.race([answered, setImmediate(null)])
  })
  expect(rest.map(({ status }) => status).sort()).toEqual([200, 402])
  const spent = (await used()).reduce((sum, { cost_usd }) => sum + cost_usd, 0)
  expect(spent).toBeCloseTo(0.001, 5)
})

test("an answer that its part of the budget cut short is asked for again with more", async () => {
  const { ask, used, sent } = await person("long", 0.2)
  const answer = await ask("as long as possible")
  expect(((await answer.json()) as any).usage.completion_tokens).toBe(9000)
  expect(sent().max_tokens).toBeGreaterThan(9000)
  expect(await used()).toHaveLength(2)
})
