import { expect, test } from "vitest"
import { growth } from "../testing/growth.ts"
import { plainText, withoutControls } from "./terminal-text.ts"

test("plainText keeps newlines and tabs, and drops escapes, controls and lone surrogates", () => {
  expect(plainText("a\u001b[31mb\u001b[0m\r\n\tc\u0000\u0008 \ud83d\ude00 \ud800x")).toBe("ab\n\tc \u{1f600} \ufffdx")
})

test("a title or link without an end is dropped up to the next escape, and never shown", () => {
  for (const text of ["a\u001b]0;title", "a\u001b]0;title\u001b[0m", "a\u001bPdata", "a\u009d8;;http://x"]) {
    expect(withoutControls(text)).toBe("a")
  }
})

test.each(["\u001b[1m", "\u001b]", "\u001b[", "\u001bP", "\u001b]0;", "\u001b[0", "\u009b", "\\", "\u001b\\", "\ud800"])(
  "twice as many of %j take at most about twice the time",
  (piece) => {
    expect(growth((count) => plainText(withoutControls(piece.repeat(count))), 10_000)).toBeLessThan(3)
  },
)
