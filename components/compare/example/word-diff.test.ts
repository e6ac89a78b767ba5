import { expect, test } from "vitest"
import { wordDiff } from "./word-diff.ts"

const marked = (left: string, right: string) =>
  wordDiff(left, right).map((stretches) => stretches.map(({ text, isShared }) => (isShared ? text : `[${text}]`)).join(""))

test.each([
  [
    "He sells 57 cups, so he has 64.",
    "He sells 57 and 18, so he has 46.",
    "He sells 57 [cups], so he has [64].",
    "He sells 57 [and 18], so he has [46].",
  ],
  ["same words", "same words", "same words", "same words"],
  ["", "all new", "", "[all new]"],
  ["one two three", "", "[one two three]", ""],
  ["a b c d", "x b y d", "[a] b [c] d", "[x] b [y] d"],
  ["naïve Ünïcode – 日本", "naïve Unicode – 日本", "naïve [Ünïcode] – 日本", "naïve [Unicode] – 日本"],
])("%j beside %j", (left, right, markedLeft, markedRight) => {
  expect(marked(left, right)).toEqual([markedLeft, markedRight])
})

test("the stretches of a text are the text, however long it is", () => {
  const text = (step: number) => Array.from({ length: 5000 }, (_, i) => `word${(i * step) % 977}`).join(" ")
  for (const [left, right] of [
    [text(3), text(7)],
    [text(3), `${text(3)} more`],
    [text(1).slice(0, 3000), text(2).slice(0, 3000)],
  ] as const) {
    const [a, b] = wordDiff(left, right)
    expect(a.map((one) => one.text).join("")).toBe(left)
    expect(b.map((one) => one.text).join("")).toBe(right)
    // What is shared is the same on both sides.
    const shared = (stretches: typeof a) => stretches.filter((one) => one.isShared).map((one) => one.text.replace(/\s/g, ""))
    expect(shared(a).join("")).toBe(shared(b).join(""))
  }
})
