import { expect, test } from "vitest"
import { growth } from "@/contract/testing/growth.ts"
import { protectMath } from "./protect-math.ts"

test.each([
  ["so \\(a_1 * b_1\\) holds", "so `\\(a_1 * b_1\\)` holds"],
  ["\\[\n x^2\n\\]", "`\\[ x^2 \\]`"],
  ["$$x_1$$ costs $5 or $6", "`$$x_1$$` costs $5 or $6"],
  ["`\\(code\\)` stays", "`\\(code\\)` stays"],
  ["```\n\\(code\\)\n```\n\\(x\\)", "```\n\\(code\\)\n```\n`\\(x\\)`"],
  ["a list[0] and (b)", "a list[0] and (b)"],
])("%s becomes %s", (written, shown) => {
  expect(protectMath(written)).toBe(shown)
})

test.each(["\\(", "\\[", "`"])("brackets of %s that never close: twice the text takes at most about twice the time", (bracket) => {
  expect(growth((length) => protectMath(bracket.repeat(length)), 2_000)).toBeLessThan(3)
})
