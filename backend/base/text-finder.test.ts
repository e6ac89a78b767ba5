import { expect, test } from "vitest"
import { growth } from "../../contract/testing/growth.ts"
import { TextFinder } from "./text-finder.ts"

const finderOf = (...texts: string[]) => new TextFinder(new Map(texts.map((text) => [text, text])))

test("finds each text, and what overlaps as one place", () => {
  const finder = finderOf("he", "she", "his", "hers", "😀x")
  expect(finder.find("ushers, his 😀x")).toEqual([
    { name: "hers", from: 1, to: 6, length: 4 },
    { name: "his", from: 8, to: 11, length: 3 },
    { name: "😀x", from: 12, to: 15, length: 3 },
  ])
  expect(finder.find("nothing")).toEqual([])
  expect(finder.find("hehe").map(({ from, to }) => [from, to])).toEqual([
    [0, 2],
    [2, 4],
  ])
})

test("a short text within a longer one that does not come is found all the same", () => {
  expect(finderOf("abcdx", "bc").find("abcd")).toEqual([{ name: "bc", from: 1, to: 3, length: 2 }])
})

test("passing over what cannot begin a text misses none of them", () => {
  let seed = 1
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  // Few different characters, so that most of what is looked for nearly comes everywhere.
  const textOf = (length: number) => Array.from({ length }, () => "ab\u00e9\ud83d"[random(4)]).join("")
  for (let round = 0; round < 300; round++) {
    const texts = [...new Set(Array.from({ length: 1 + random(4) }, () => textOf(3 + random(16))))]
    const text = textOf(random(60)) + (random(2) === 0 ? texts[0] : "") + textOf(random(60))
    const covered = new Set<number>()
    for (const one of texts)
      for (let at = text.indexOf(one); at >= 0; at = text.indexOf(one, at + 1)) for (let i = 0; i < one.length; i++) covered.add(at + i)
    const found = finderOf(...texts).find(text)
    expect(new Set(found.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)))).toEqual(covered)
  }
})

test("the time grows with the text, also where everything begins like something that is looked for", () => {
  const finder = finderOf(`${"a".repeat(2000)}b`, "aaaaa", ...Array.from({ length: 500 }, (_, i) => `${"a".repeat(i + 10)}c`))
  expect(growth((size) => void finder.find("a".repeat(size)), 20_000)).toBeLessThan(3)
})

test("the time to make one grows with the texts", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, i) => `the same beginning of every line ${i}`)
  expect(growth((count) => void finderOf(...lines(count)), 200)).toBeLessThan(3)
})
