import { expect, test } from "vitest"
import { streamObject } from "./stream.ts"

async function read(json: string, size: number, bytesMax = 1000): Promise<unknown[]> {
  const bytes = Buffer.from(json)
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const found: unknown[] = []
  for await (const { key, isElement, bytes } of streamObject(pieces(), { lists: ["list", "none"], bytesMax }))
    found.push([key, isElement, bytes && JSON.parse(Buffer.from(bytes).toString("utf8"))])
  return found
}

test("members and elements come one by one, wherever the pieces end", async () => {
  const list = [{ a: [1, { b: "]," }] }, 'x\\"},{', 1.5, null, [[]], "ü"]
  const json = JSON.stringify({ 'k"ey': { deep: [1, [2, "}"]] }, list, none: [], text: 'a "quoted" \\', number: -1e5, end: true }, null, 1)
  const expected = [
    ['k"ey', false, { deep: [1, [2, "}"]] }],
    ...list.map((one) => ["list", true, one]),
    ["text", false, 'a "quoted" \\'],
    ["number", false, -1e5],
    ["end", false, true],
  ]
  for (const size of [1, 2, 7, json.length]) expect(await read(json, size), `${size}`).toEqual(expected)
  expect(await read(' {"list": {"no": "list"}, "other": [1, 2]} ', 3)).toEqual([
    ["list", false, { no: "list" }],
    ["other", false, [1, 2]],
  ])
  expect(await read("{}", 1)).toEqual([])
})

test("elements of an object come with their names", async () => {
  const json = Buffer.from('{"map": {"a": [1, {"x": 2}], "b:,": "t"}, "empty": {}, "list": [1], "other": {"a": 1}}')
  const found: unknown[] = []
  const pieces = async function* () {
    for (let at = 0; at < json.length; at += 3) yield json.subarray(at, at + 3)
  }
  for await (const { key, isElement, name, bytes } of streamObject(pieces(), {
    lists: ["map"],
    maps: ["map", "empty", "list"],
    bytesMax: 99,
  }))
    found.push([key, isElement, name, JSON.parse(Buffer.from(bytes as Uint8Array).toString("utf8"))])
  expect(found).toEqual([
    ["map", true, "a", [1, { x: 2 }]],
    ["map", true, "b:,", "t"],
    ["list", false, null, [1]],
    ["other", false, null, { a: 1 }],
  ])
  const nameless = async function* () {
    yield Buffer.from('{"map": {1, 2}}')
  }
  const read = async () => {
    for await (const _ of streamObject(nameless(), { lists: [], maps: ["map"], bytesMax: 99 }));
  }
  await expect(read()).rejects.toThrow("colon is missing")
})

test("what is too large is passed over", async () => {
  const json = JSON.stringify({ large: "x".repeat(50), list: ["y".repeat(50), "z"], small: 1 })
  for (const size of [1, 10, json.length])
    expect(await read(json, size, 20)).toEqual([
      ["large", false, null],
      ["list", true, null],
      ["list", true, "z"],
      ["small", false, 1],
    ])
})

test("what is no object, or ends too early, is refused", async () => {
  for (const json of ["", "[1]", "1", '{"a": 1', '{"a": [1, 2', '{"a": "', '{"a": 1} 2', '{"a", 1}', "{1: 2}"])
    await expect(read(json, 3), json).rejects.toThrow(SyntaxError)
})
