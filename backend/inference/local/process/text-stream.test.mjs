import { expect, test } from "vitest"
import { TextStream } from "./text-stream.mjs"

/** Tokens that are bytes, as the rarest characters are for every tokenizer. */
const bytes = (/** @type {string} */ text) => [...Buffer.from(text)]
const decode = (/** @type {number[]} */ tokens) => Buffer.from(tokens).toString()

/** What is said after each token and at the end. @param {string} text @param {string[]} [stop] */
function parts(text, stop = []) {
  const stream = new TextStream(decode, stop)
  /** @type {string[]} */
  const said = []
  for (const token of bytes(text)) {
    said.push(stream.push(token))
    if (stream.stopped) break
  }
  return [...said, stream.end()]
}

test("says each token at once", () => {
  expect(parts("ab")).toEqual(["a", "b", ""])
})

test("holds back half a character", () => {
  expect(parts("a€😀")).toEqual(["a", "", "", "€", "", "", "", "😀", ""])
})

test("says what never becomes a character", () => {
  const stream = new TextStream(decode, [])
  expect([0xf0, 0x9f, 0xf0, 0x9f].map((token) => stream.push(token)).join("")).toContain("\uFFFD")
  stream.push(0xe2)
  expect(stream.end()).toBe("\uFFFD")
})

test("ends before the first stop sequence, of which nothing is said", () => {
  expect(parts("one STOP two", ["STOP", "two"]).join("")).toBe("one ")
  expect(parts("xyz", ["yz", "y"]).join("")).toBe("x")
})

test("says what only began like a stop sequence", () => {
  expect(parts("a END", ["ENDE"])).toEqual(["a", " ", "", "", "", "END"])
  expect(parts("aab", ["ac"])).toEqual(["", "a", "ab", ""])
})

test("gives the tokenizer the tokens before", () => {
  /** @type {number[][]} */
  const seen = []
  const stream = new TextStream((tokens, before) => {
    seen.push(before)
    return String(tokens)
  }, [])
  for (const token of [1, 2, 3]) stream.push(token)
  expect(seen).toEqual([[], [1], [1, 2]])
})
