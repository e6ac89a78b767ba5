import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { endpoints } from "../../contract/index.ts"
import { newUser } from "../testing/service-context.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { Traffic } from "./traffic.ts"

const platform = testPlatform({ REQUESTS_PER_MINUTE: "5" })

/** Requests as they come over the network, one after the other. @returns their statuses */
async function ask(times: number, path: string, { key = "", address = "10.0.0.1", method = "GET" } = {}): Promise<number[]> {
  const statuses: number[] = []
  for (let i = 0; i < times; i++) {
    const headers: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {}
    statuses.push((await platform().fetch(new Request(`http://x/api/v1${path}`, { method, headers }), null, address)).status)
  }
  return statuses
}

test("a caller who asks more than the setting allows is told when to ask again", async () => {
  const key = (await platform().call("POST", "/user/api-keys", { name: "busy" })).body.data.value
  expect(await ask(6, "/user/whoami", { key })).toEqual([200, 200, 200, 200, 200, 429])
  const refused = await platform().fetch(
    new Request("http://x/api/v1/user/whoami", { headers: { authorization: `Bearer ${key}` } }),
    null,
    "10.0.0.9",
  )
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ code: "too_many", detail: expect.stringContaining("5 requests") })
  // Another key of the same person, and the dashboard's own requests, are not held up.
  expect(await ask(1, "/user/whoami", { key: testApiKey })).toEqual([200])
  const userId = await platform().ownerId()
  for (let i = 0; i < 10; i++) expect((await platform().fetch(new Request("http://x/api/v1/user/whoami"), { userId })).status).toBe(200)
  // A person in a browser is one caller, wherever the browser is.
  const asPerson = (address: string) => platform().fetch(new Request("http://x/api/v1/user/whoami"), { userId }, address)
  const statuses = []
  for (let i = 0; i < 6; i++) statuses.push((await asPerson(`10.1.0.${i}`)).status)
  expect(statuses.at(-1)).toBe(429)
})

test("without a key, or with wrong ones, the address counts", async () => {
  expect((await ask(6, "/capabilities", { address: "10.0.0.2" })).at(-1)).toBe(429)
  expect(await ask(1, "/capabilities", { address: "10.0.0.3" })).toEqual([200])
  const wrong = []
  for (let i = 0; i < 6; i++) wrong.push(...(await ask(1, "/user/whoami", { key: `he_wrong_${i}`, address: "10.0.0.4" })))
  expect(wrong).toEqual([401, 401, 401, 401, 401, 429])
  expect(new Set(await ask(20, "/health", { address: "10.0.0.2" }))).toEqual(new Set([200]))
})

test("the event stream wants a key", async () => {
  expect(await ask(1, "/events", { address: "10.0.0.5" })).toEqual([401])
})

test("a caller's requests come back with time", async () => {
  const traffic = new Traffic(60)
  const ask = (now: number) => traffic.admit("a", endpoints.whoami, { now })
  for (let i = 0; i < 60; i++) await ask(0)
  await expect(ask(500)).rejects.toMatchObject({ retryAfterSeconds: 1 })
  await ask(1000)
  await expect(ask(1000)).rejects.toThrow("60 requests")
  await new Traffic(0).admit("a", endpoints.whoami)
})

describe("four uploads at once", () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  async function busy() {
    const traffic = new Traffic(1)
    const ends: (() => void)[] = []
    for (let i = 0; i < 4; i++) ends.push(await traffic.admit("a", endpoints.pushSamples))
    return { traffic, ends }
  }

  test("each that ends makes room for the one that waited longest; streams and other callers are not held up", async () => {
    const { traffic, ends } = await busy()
    const order: string[] = []
    const first = traffic.admit("a", endpoints.uploadArtifact).then((end) => {
      order.push("first")
      return end
    })
    const second = traffic.admit("a", endpoints.pushSamples).then(() => order.push("second"))
    for (let i = 0; i < 5; i++) await traffic.admit("a", endpoints.createChatCompletion)
    ;(await traffic.admit("b", endpoints.uploadArtifact))()
    expect(order).toEqual([])
    ends[0]?.()
    ;(await first)()
    await second
    expect(order).toEqual(["first", "second"])
  })

  test("who waits ten seconds is told to ask again, and does not take a place later", async () => {
    const { traffic, ends } = await busy()
    const late = expect(traffic.admit("a", endpoints.uploadArtifact)).rejects.toMatchObject({
      message: expect.stringContaining("4 uploads"),
      retryAfterSeconds: 1,
    })
    await vi.advanceTimersByTimeAsync(10_000)
    await late
    for (const end of ends) end()
    for (let i = 0; i < 4; i++) await traffic.admit("a", endpoints.pushSamples)
  })

  test("who hangs up waits no longer, and more than a hundred do not wait", async () => {
    const { traffic, ends } = await busy()
    const gone = new AbortController()
    const hungUp = expect(traffic.admit("a", endpoints.pushSamples, { signal: gone.signal })).rejects.toThrow("4 uploads")
    gone.abort()
    await hungUp
    const waiting = Array.from({ length: 100 }, () => traffic.admit("a", endpoints.pushSamples).then((end) => end()))
    await expect(traffic.admit("a", endpoints.pushSamples)).rejects.toThrow("4 uploads")
    ends[0]?.()
    await Promise.all(waiting)
  })
})

describe("what has an API key", () => {
  test("is worked on four requests at a time, of each key in its turn, and not for longer than others can wait", async () => {
    vi.useFakeTimers()
    const waits: [string, number][] = []
    const traffic = new Traffic(0, (reason, ms) => waits.push([reason, Math.round(ms)]))
    const ends = []
    for (let i = 0; i < 4; i++) ends.push(await traffic.takeTurn("a"))
    const order: string[] = []
    const waiting = ["a", "a", "b"].map((who) => traffic.takeTurn(who).then(() => order.push(who)))
    await vi.advanceTimersByTimeAsync(300)
    expect(order).toEqual([])
    for (const end of ends) end()
    await Promise.all(waiting)
    expect(order).toEqual(["a", "b", "a"])
    expect(waits).toEqual([...Array(4).fill(["turn", 0]), ...Array(3).fill(["turn", 300])])
    // Four places, each of which is given up after two seconds: within ten, 40 more are begun.
    const late = Promise.allSettled(Array.from({ length: 60 }, () => traffic.takeTurn("c")))
    await vi.advanceTimersByTimeAsync(10_000)
    const refused = (await late).filter((one) => one.status === "rejected")
    expect(refused.length).toBeGreaterThanOrEqual(20)
    expect(refused[0]?.reason).toMatchObject({ code: "too_many", retryAfterSeconds: 1 })
    vi.useRealTimers()
  })

  test("takes its turn when its body is there; people, streams and the platform itself take none", async () => {
    const { value } = (await platform().call("POST", "/user/api-keys", { name: "turns" })).body.data
    const turns = async () => {
      const text = await platform().services.metrics.registry.metrics()
      return Number(/^hosted_evals_http_wait_seconds_count\{reason="turn"\} (\d+)$/m.exec(text)?.[1] ?? 0)
    }
    const send = async (path: string, init: object = {}) => {
      const headers = { authorization: `Bearer ${value}`, "content-type": "application/json" }
      return (await platform().fetch(new Request(`http://x/api/v1${path}`, { headers, ...init }), null, "10.2.0.1")).status
    }
    const before = await turns()
    expect(await send("/user/whoami")).toBe(200)
    expect(await turns()).toBe(before + 1)
    let finish = () => {}
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"name": "slow", '))
        finish = () => {
          controller.enqueue(new TextEncoder().encode('"run_id": "r"}'))
          controller.close()
        }
      },
    })
    const slow = send("/evaluations/", { method: "POST", body, duplex: "half" })
    const { userId } = await newUser(platform(), "reader")
    const asPerson = platform().fetch(new Request("http://x/api/v1/user/whoami"), { userId }, "10.2.0.2")
    expect([(await asPerson).status, (await platform().call("GET", "/user/whoami")).status]).toEqual([200, 200])
    expect(await turns()).toBe(before + 1)
    finish()
    expect(await slow).toBe(201)
    expect(await turns()).toBe(before + 2)
  })
})

test("callers beyond those that are remembered do not make it forget a busy one", async () => {
  const traffic = new Traffic(1)
  for (let i = 0; i < 10_001; i++) await traffic.admit(`old ${i}`, endpoints.whoami, { now: 0 })
  await traffic.admit("busy", endpoints.whoami, { now: 70_000 })
  for (let i = 0; i < 9_000; i++) await traffic.admit(`new ${i}`, endpoints.whoami, { now: 70_001 })
  await expect(traffic.admit("busy", endpoints.whoami, { now: 70_002 })).rejects.toThrow()
})
