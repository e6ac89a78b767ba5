import { Hono } from "hono"
import { streamSSE } from "hono/streaming"
import { expect, test } from "vitest"
import { endBodyOfHead } from "./head.ts"

test("what a HEAD request has begun to stream is ended, and a GET request goes on", async () => {
  let open = 0
  const app = new Hono().use("*", endBodyOfHead).get("/events", (c) =>
    streamSSE(c, async (stream) => {
      open++
      const aborted = new Promise<void>((resolve) => stream.onAbort(resolve))
      void stream.writeSSE({ data: "hello" })
      await aborted
      open--
    }),
  )
  for (let i = 0; i < 3; i++) {
    const { status, body } = await app.request("/events", { method: "HEAD" })
    expect([status, body]).toEqual([200, null])
  }
  await expect.poll(() => open).toBe(0)
  const { body } = await app.request("/events")
  const reader = (body as ReadableStream<Uint8Array>).getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toContain("hello")
  expect(open).toBe(1)
  await reader.cancel()
  await expect.poll(() => open).toBe(0)
})
