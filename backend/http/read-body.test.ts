import { expect, test } from "vitest"
import { bodyPieces, readJsonText } from "./read-body.ts"

const bounds = { bytesMax: 1000 }
const requestOf = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request("http://x", { method: "POST", body, headers, duplex: "half" } as RequestInit)

/** A body that sends a piece each time it is asked, and then nothing more. */
const silentAfter = (pieces: number) => {
  let sent = 0
  return new ReadableStream<Uint8Array>({
    pull: (controller) => (sent++ < pieces ? controller.enqueue(new Uint8Array(10)) : new Promise(() => {})),
  })
}

test("text comes through, also where a piece ends within a character", async () => {
  expect(await readJsonText(requestOf(""), bounds)).toBe("")
  const bytes = new TextEncoder().encode('{"é": "😀"}')
  const single = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]))
      controller.close()
    },
  })
  expect(await readJsonText(requestOf(single), bounds)).toBe('{"é": "😀"}')
})

test("a body that is too large is refused by what it declares, and by what it sends", async () => {
  const refused = { code: "too_large", message: "The body is larger than 1 MiB" }
  const mebi = { bytesMax: 1024 ** 2 }
  const untouched = silentAfter(0)
  await expect(readJsonText(requestOf(untouched, { "content-length": "1048577" }), mebi)).rejects.toMatchObject(refused)
  await expect(readJsonText(requestOf(new Uint8Array(1024 ** 2 + 1)), mebi)).rejects.toMatchObject(refused)
  await expect(readJsonText(requestOf(silentAfter(Number.POSITIVE_INFINITY)), mebi)).rejects.toMatchObject(refused)
})

test("a small body that says its length is held to it and to its time, as any other", async () => {
  const says = (length: number) => ({ "content-length": String(length) })
  expect(await readJsonText(requestOf('{"é": "😀"}', says(14)), bounds)).toBe('{"é": "😀"}')
  await expect(readJsonText(requestOf("x".repeat(1001), says(10)), bounds)).rejects.toMatchObject({ code: "too_large" })
  await expect(readJsonText(requestOf(silentAfter(1), says(100)), { ...bounds, pauseMs: 20 })).rejects.toMatchObject({ code: "timeout" })
  await expect(readJsonText(requestOf("[".repeat(501), says(501)), bounds)).rejects.toMatchObject({ code: "invalid" })
})

test("a body that pauses, or takes too long in all, is given up", async () => {
  const late = { code: "timeout" }
  await expect(readJsonText(requestOf(silentAfter(0)), { ...bounds, pauseMs: 20 })).rejects.toMatchObject(late)
  await expect(readJsonText(requestOf(silentAfter(3)), { ...bounds, pauseMs: 20 })).rejects.toMatchObject(late)
  await expect(readJsonText(requestOf(silentAfter(3)), { ...bounds, totalMs: 20 })).rejects.toMatchObject(late)
})

test("no body has no pieces", async () => {
  expect((await bodyPieces(null, bounds).next()).done).toBe(true)
})

test.each([
  ["[".repeat(500) + "]".repeat(500), true],
  ["[".repeat(501), false],
  ['{"a":'.repeat(20_000), false],
  ["[[],".repeat(2) + "[],".repeat(20_000), true],
  [`["${"[".repeat(20_000)}"]`, true],
  [`["\\\\",${"[".repeat(501)}`, false],
  [`["\\"${"[".repeat(501)}"]`, true],
  [`["${"[".repeat(501)}`, true],
])("nesting of %.20s… is read: %s", async (text, isRead) => {
  const read = readJsonText(requestOf(text), { bytesMax: 1024 ** 2 })
  if (isRead) expect(await read).toBe(text)
  else await expect(read).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("500 levels") })
})
