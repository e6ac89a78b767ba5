import { describe, expect, test } from "vitest"
import { type EventSourceLike, keepConnected, type LiveMessage } from "./connection.ts"

class FakeSource implements EventSourceLike {
  readyState = 0
  closes = 0
  readonly #listeners = new Map<string, ((event: { data?: unknown }) => void)[]>()
  addEventListener(type: string, listener: (event: { data?: unknown }) => void) {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }
  say(type: string, data?: unknown) {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data })
  }
  fail(readyState: number) {
    this.readyState = readyState
    this.say("error")
  }
  close() {
    this.closes++
  }
}

function setUp(probed = 502) {
  const sources: FakeSource[] = []
  const timers: { delay: number; action: () => void; cancelled: boolean }[] = []
  const said: LiveMessage[] = []
  const status = { value: probed }
  const stop = keepConnected(
    {
      open: () => {
        const source = new FakeSource()
        sources.push(source)
        return source
      },
      probe: async () => status.value,
      after: (delay, action) => {
        const timer = { delay, action, cancelled: false }
        timers.push(timer)
        return () => {
          timer.cancelled = true
        }
      },
      random: () => 1,
    },
    (message) => said.push(message),
  )
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
  return { sources, timers, said, stop, settle, status }
}

describe("keepConnected", () => {
  test("says hello after each connection, so that everybody reads again", () => {
    const { sources, said } = setUp()
    sources[0]?.say("hello")
    sources[0]?.fail(0)
    sources[0]?.say("hello")
    expect(said).toEqual([
      { kind: "state", state: "connected" },
      { kind: "hello" },
      { kind: "state", state: "reconnecting" },
      { kind: "state", state: "connected" },
      { kind: "hello" },
    ])
    expect(sources).toHaveLength(1)
  })

  test("passes notices on and ignores what it cannot read", () => {
    const { sources, said } = setUp()
    sources[0]?.say("evaluation", '{"evaluation_id":"e1","status":"RUNNING"}')
    sources[0]?.say("evaluation", "not json")
    sources[0]?.say("evaluation", "null")
    expect(said).toEqual([{ kind: "notice", notice: { evaluation_id: "e1", status: "RUNNING" } }])
  })

  test("reconnects, later each time, when the browser gave up", async () => {
    const { sources, timers, settle, said } = setUp()
    for (let i = 0; i < 7; i++) {
      sources.at(-1)?.fail(2)
      await settle()
      timers.at(-1)?.action()
    }
    expect(timers.map((timer) => timer.delay)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    expect(sources).toHaveLength(8)
    expect(said.every((message) => message.kind === "state" && message.state === "reconnecting")).toBe(true)
    sources.at(-1)?.say("hello")
    sources.at(-1)?.fail(2)
    await settle()
    expect(timers.at(-1)?.delay).toBe(1000)
  })

  test("falls back to polling when the platform has no stream, and looks again much later", async () => {
    const { sources, timers, settle, said } = setUp(404)
    sources[0]?.fail(2)
    await settle()
    expect(said).toEqual([{ kind: "state", state: "polling" }])
    expect(timers[0]?.delay).toBe(120_000)
  })

  test("ends for good", async () => {
    const { sources, timers, stop, settle } = setUp()
    sources[0]?.fail(2)
    await settle()
    stop()
    expect(timers[0]?.cancelled).toBe(true)
    const second = setUp()
    second.stop()
    expect(second.sources[0]?.closes).toBe(1)
    second.sources[0]?.fail(2)
    await settle()
    expect(second.timers).toHaveLength(0)
  })
})
