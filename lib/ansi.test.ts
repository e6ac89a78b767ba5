import { describe, expect, test } from "vitest"
import { ansiSpans } from "./ansi.ts"

describe("ansiSpans", () => {
  test("a line without escapes is one span", () => {
    expect(ansiSpans("hello")).toEqual([{ text: "hello" }])
    expect(ansiSpans("")).toEqual([])
  })

  test("colours and weights begin and end where the codes say", () => {
    expect(ansiSpans("a\u001b[1;31mred\u001b[22mthin\u001b[0mb\u001b[92;44mc\u001b[39md\u001b[m")).toEqual([
      { text: "a" },
      { text: "red", bold: true, color: 1 },
      { text: "thin", color: 1 },
      { text: "b" },
      { text: "c", color: 10, background: 4 },
      { text: "d", background: 4 },
    ])
  })

  test("256 and 24-bit colours become one of sixteen", () => {
    expect(ansiSpans("\u001b[38;5;9mx\u001b[38;5;196my\u001b[38;2;0;120;0mz\u001b[38;5;240mg")).toEqual([
      { text: "x", color: 9 },
      { text: "y", color: 9 },
      { text: "z", color: 2 },
      { text: "g", color: 8 },
    ])
  })

  test("cursor moves, titles, links and stray escapes are dropped", () => {
    expect(ansiSpans("\u001b[2K\u001b[1Ga\u001b]0;title\u0007b\u001b]8;;http://x\u001b\\c\u001b]8;;\u001b\\\u001b(Bd\u001b")).toEqual(
      ["a", "b", "c", "d"].map((text) => ({ text })),
    )
  })

  test("a progress bar shows its last state", () => {
    expect(ansiSpans("10%\r50%\r100%\r\n")).toEqual([{ text: "100%" }])
  })

  test("an unended title swallows the rest instead of showing it", () => {
    expect(ansiSpans("a\u001b]0;never ended")).toEqual([{ text: "a" }])
  })
})
