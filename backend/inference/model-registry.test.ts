import { createServer, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, expect, test } from "vitest"
import { until } from "../testing/until.ts"
import { ModelRegistry } from "./model-registry.ts"
import { activeProviders, type Provider } from "./providers.ts"

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/** A provider that answers the requests for its models as `answer` does, and how often it was asked. */
async function providerOf(id: string, answer: (response: ServerResponse) => void) {
  const asked: true[] = []
  const server = createServer((_, response) => {
    asked.push(true)
    answer(response)
  }).listen(0, "127.0.0.1")
  servers.push(server)
  await new Promise((resolve) => server.once("listening", resolve))
  const base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const provider: Provider = { id, name: id.toUpperCase(), base_url, prices: {}, prefix: `${id}/`, key: null, source: "file" }
  return { provider, asked }
}
const lists = (response: ServerResponse) => void response.end(JSON.stringify({ data: [{ id: "m" }] }))

test("a provider that hangs holds up nobody: others are served at once, and the list comes without it and says so", async () => {
  const waiting: ServerResponse[] = []
  const hangs = await providerOf("hangs", (response) => void waiting.push(response))
  const works = await providerOf("works", lists)
  const registry = new ModelRegistry([hangs.provider, works.provider])
  const began = performance.now()
  expect((await registry.find("works/m", null))?.upstreamId).toBe("m")
  expect(performance.now() - began).toBeLessThan(1500)
  const { models, providers } = await registry.list(null)
  expect(performance.now() - began).toBeLessThan(4500)
  expect(models.map(({ model }) => model.id)).toEqual(["works/m"])
  expect(providers).toEqual([
    { id: "hangs", name: "HANGS", error: "has not answered yet", models: 0, is_starting: false },
    { id: "works", name: "WORKS", error: null, models: 1, is_starting: false },
  ])
  // Only who asks for a model of the silent one waits for it.
  const late = registry.find("hangs/m", null)
  for (const response of waiting) lists(response)
  expect((await late)?.provider.id).toBe("hangs")
  expect((await registry.list(null)).models).toHaveLength(2)
  expect(hangs.asked).toHaveLength(1)
})

test("an old list answers while it is fetched again, and one that fails keeps what it was", async () => {
  let now = 0
  let answer: (response: ServerResponse) => void = lists
  const { provider, asked } = await providerOf("p", (response) => answer(response))
  const registry = new ModelRegistry([provider], undefined, () => now)
  await registry.list(null)
  now = 61_000
  answer = (response) => {
    response.statusCode = 500
    response.end("broken")
  }
  expect((await registry.list(null)).providers).toMatchObject([{ error: null, models: 1 }])
  await until("it was asked again", async () => (await registry.list(null)).providers[0]?.error)
  expect((await registry.list(null)).providers).toMatchObject([{ error: "GET /models answered 500", models: 1 }])
  expect((await registry.find("p/m", null))?.upstreamId).toBe("m")
  expect(asked).toHaveLength(2)
})

test("a provider that is not ready says why", async () => {
  const answer = (body: string) => (response: ServerResponse) => void response.writeHead(503).end(body)
  const fetching = await providerOf("fetching", answer(JSON.stringify({ error: { message: "It is being fetched." } })))
  const mute = await providerOf("mute", answer("<html>"))
  const broken = await providerOf("broken", (response) => {
    response.writeHead(500).end(JSON.stringify({ error: { message: "The disk is full." } }))
  })
  const refusing = await providerOf("refusing", (response) => {
    response.writeHead(401).end(JSON.stringify({ error: { message: "Incorrect key sk-abc" } }))
  })
  const { providers } = await new ModelRegistry([fetching, mute, broken, refusing].map(({ provider }) => provider)).list(null)
  expect(providers.map(({ error, is_starting: isStarting }) => [error, isStarting])).toEqual([
    ["It is being fetched.", true],
    ["GET /models answered 503", false],
    ["The disk is full.", false],
    ["GET /models answered 401", false],
  ])
})

test("the model of this machine is a provider where it belongs to the platform, and steps back behind one of its name", () => {
  const config = { providers: [], modelsUrl: "http://127.0.0.1:3001", localModelFolder: "/folder", variable: () => null }
  const ids = (settings: Partial<Parameters<typeof activeProviders>[0]>) =>
    activeProviders({ ...config, ...settings }).flatMap(({ id, base_url }) => (id === "local" ? [base_url] : []))
  expect(ids({})).toEqual(["http://127.0.0.1:3001/local/v1"])
  expect(ids({ modelsUrl: "http://worker:3001" })).toEqual(["http://worker:3001/local/v1"])
  expect(ids({ localModelFolder: null })).toEqual([])
  const own = { id: "local", name: "Mine", base_url: "http://127.0.0.1:8080/v1", prices: {} }
  expect(ids({ providers: [own] })).toEqual(["http://127.0.0.1:8080/v1"])
})
