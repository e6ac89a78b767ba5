import { expect, test } from "vitest"
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
