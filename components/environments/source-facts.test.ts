import { expect, test } from "vitest"
import { formatBytes, inOrder, isBinary, trail } from "./source-facts.ts"

test("sizes are short", () => {
  expect([0, 999, 1000, 1927, 3_210_000].map(formatBytes)).toEqual(["0 B", "999 B", "1 kB", "1.9 kB", "3.2 MB"])
})

test("binary files are recognised by their encoding or their content", () => {
  expect(isBinary({ encoding: "utf-8", content: "a" })).toBe(false)
  expect(isBinary({ encoding: null, content: null })).toBe(false)
  expect(isBinary({ encoding: "base64", content: "AAAA" })).toBe(true)
  expect(isBinary({ encoding: "utf-8", content: "a\0b" })).toBe(true)
})

test("a path has the folders above it", () => {
  expect(trail("")).toEqual([])
  expect(trail("/a/b.py")).toEqual([
    { name: "a", path: "a" },
    { name: "b.py", path: "a/b.py" },
  ])
})

test("folders come first", () => {
  const entries = [
    { name: "b", is_directory: false },
    { name: "z", is_directory: true },
    { name: "a", is_directory: false },
  ]
  expect(inOrder(entries).map(({ name }) => name)).toEqual(["z", "a", "b"])
})
