import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, test } from "vitest"
import { ModelRegistry } from "./model-registry.ts"
import { affordableTokens, costOf, costOfRequest, hasPrice, isFree, readUsage } from "./pricing.ts"
import type { Provider } from "./providers.ts"

const tokens = { prompt: 1_000_000, cached: 400_000, reasoning: 50_000, completion: 100_000 }

test("cached input costs what the provider asks for it, and what input costs where it says nothing", () => {
  const pricing = { input_usd_per_mtok: 2, output_usd_per_mtok: 10 }
  expect(costOf(tokens, pricing)).toBeCloseTo(2 + 1, 12)
  expect(costOf(tokens, { ...pricing, cached_input_usd_per_mtok: 0.5 })).toBeCloseTo(0.6 * 2 + 0.4 * 0.5 + 1, 12)
  // No more is cached than was sent.
  expect(costOf({ ...tokens, cached: 5_000_000 }, { ...pricing, cached_input_usd_per_mtok: 0.5 })).toBeCloseTo(0.5 + 1, 12)
  expect(costOf(tokens, { input_usd_per_mtok: 2, output_usd_per_mtok: null })).toBe(null)
  expect(costOf(tokens, null)).toBe(null)
})

test("what a provider says it used is read, whatever it left out or got wrong", () => {
  expect(readUsage({ prompt_tokens: 5, completion_tokens: 2.7, prompt_tokens_details: { cached_tokens: 3 }, cost: 0.25 })).toEqual({
    prompt: 5,
    completion: 2,
    cached: 3,
    reasoning: 0,
    cost: 0.25,
  })
  expect(readUsage({ prompt_tokens: "many", completion_tokens: -1, cost: -2 })).toEqual({
    prompt: 0,
    completion: 0,
    cached: 0,
    reasoning: 0,
    cost: null,
  })
  expect(readUsage(null)).toMatchObject({ prompt: 0, cost: null })
})

test("numbers that no request can have count as not said, and do not spoil the sums", () => {
  expect(readUsage({ prompt_tokens: 5_000_000_000, completion_tokens: 1e300, cost: Number.POSITIVE_INFINITY })).toMatchObject({
    prompt: 5_000_000_000,
    completion: 0,
    cost: null,
  })
})

test("an answer may be as long as what is left pays for, in money and in tokens", () => {
  const pricing = { input_usd_per_mtok: 1, output_usd_per_mtok: 10 }
  expect(affordableTokens({ usd: 0.01, tokens: null }, pricing)).toBe(1000)
  expect(affordableTokens({ usd: 0.01, tokens: 300 }, pricing)).toBe(300)
  expect(affordableTokens({ usd: 1e-9, tokens: null }, pricing)).toBe(1)
  expect(affordableTokens({ usd: 0.01, tokens: null }, null)).toBe(null)
  expect(affordableTokens({ usd: null, tokens: null }, pricing)).toBe(null)
})

test("prices for cached input come from the provider's list, per token or per million, or from the configuration", async () => {
  const data = [
    { id: "a", pricing: { prompt: "0.000002", completion: "0.000008", input_cache_read: "0.0000002" } },
    { id: "b", pricing: { input_usd_per_mtok: 1, output_usd_per_mtok: 4 } },
    { id: "c" },
  ]
  const server = createServer((_, response) => response.end(JSON.stringify({ data })))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const prices = { c: { input: 3, output: 9, cached_input: 0.3 } }
  const provider: Provider = { id: "p", name: "P", base_url: `http://127.0.0.1:${port}/v1`, prices, prefix: "", key: null, source: "file" }
  const { models } = await new ModelRegistry([provider]).list(null)
  server.close()
  expect(models.map(({ model }) => model.pricing)).toEqual([
    { input_usd_per_mtok: 2, output_usd_per_mtok: 8, cached_input_usd_per_mtok: expect.closeTo(0.2, 9) },
    { input_usd_per_mtok: 1, output_usd_per_mtok: 4 },
    { input_usd_per_mtok: 3, output_usd_per_mtok: 9, cached_input_usd_per_mtok: 0.3 },
  ])
})

test("a request costs what its provider says, else what the prices come to, and nothing is known of one that failed", () => {
  const pricing = { input_usd_per_mtok: 2, output_usd_per_mtok: 10 }
  expect(costOfRequest(200, { ...tokens, cost: 0.25 }, pricing)).toBe(0.25)
  expect(costOfRequest(200, { ...tokens, cost: null }, pricing)).toBeCloseTo(3, 12)
  for (const status of [0, 402, 499, 503]) expect(costOfRequest(status, { ...tokens, cost: 0.25 }, pricing)).toBeNull()
})

test("a model without a price is not a free one", () => {
  expect([isFree(null), hasPrice(null)]).toEqual([false, false])
  const free = { input_usd_per_mtok: 0, output_usd_per_mtok: 0 }
  expect([isFree(free), hasPrice(free)]).toEqual([true, true])
  expect(hasPrice({ input_usd_per_mtok: 1, output_usd_per_mtok: null })).toBe(false)
})
