import { expect, test } from "vitest"
import { foldedText, foldedWords, hasIndexedRun, literalsOf, textTest } from "./text-search.ts"

test("texts are compared without case, forms of letters and widths of blanks", () => {
  expect(foldedText("ΟΔΟΣ  É\u00a0\tx \r\n\n  Y")).toBe("οδοσ é x\ny")
  expect(foldedWords("A \n b")).toBe("a b")
  expect(foldedWords(" \n ")).toBe("")
  expect(textTest("a  B", "text")("xA\nbx")).toBe(true)
  expect(textTest("a.b", "text")("axb")).toBe(false)
  expect(textTest("^A.b$", "regex")("first\naXb")).toBe(true)
})

test("an index of three-letter pieces knows words, not signs or short ones", () => {
  expect(["abc", "x/abc_"].map(hasIndexedRun)).toEqual([true, true])
  expect(["ab", "a b c", "---", "東京タワー", ""].map(hasIndexedRun)).toEqual([false, false, false, false, false])
})

test.each([
  ["verdict", ["verdict"]],
  ["Foo.*longest", ["longest"]],
  ["answer: \\d+", ["answer"]],
  ["apple|pear", ["apple", "pear"]],
  ["apple|p.", null],
  ["colou?r", ["colo"]],
  ["abc+", ["abc"]],
  ["abcd*", ["abc"]],
  ["abc{0,3}def", ["def"]],
  ["(apple)x", null],
  ["(a|b)middle[a-z]+", ["middle"]],
  ["[apple]", null],
  ["\\x6162def\\.", null],
  ["\\u0061bcd", ["bcd"]],
  ["\\(open", ["open"]],
  ["(", null],
  ["", null],
])("every match of %s holds one of %o", (pattern, literals) => {
  expect(literalsOf(pattern)).toEqual(literals)
})
