import { expect, test } from "vitest"
import { growth } from "../testing/growth.ts"
import { answerIn } from "./answers.ts"

test.each([
  ["I think <answer>41</answer>, no: <answer> 42 </answer>.", "42"],
  ["So \\boxed{\\frac{1}{2}} it is.", "\\frac{1}{2}"],
  ["4 × 2 = 8, so <total>8</total>.", "8"],
  ["The page is <b>8</b> long", "The page is <b>8</b> long"],
  ["<ul><li>8</li></ul>", "<ul><li>8</li></ul>"],
  ["Never ended: \\boxed{4", "Never ended: \\boxed{4"],
  [" Forty-two. ", "Forty-two."],
])("the answer in %s is %s", (words, answer) => {
  expect(answerIn(words)).toBe(answer)
})

test.each(["<answer>", "\\boxed{", "<a>"])("tags of %s that never close: twice the text takes at most about twice the time", (tag) => {
  expect(growth((length) => answerIn(tag.repeat(length)), 20_000)).toBeLessThan(3)
})
