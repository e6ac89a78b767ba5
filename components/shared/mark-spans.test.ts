import { expect, test } from "vitest"
import { ansiSpans } from "@/lib/ansi.ts"
import { markSpans } from "./mark-spans.ts"

const hits = (text: string, search: string) => markSpans(ansiSpans(text), search).map((span) => (span.isHit ? `[${span.text}]` : span.text))

test("what is searched for is marked in any case, every time, and next to itself", () => {
  expect(hits("Error: no error", "error")).toEqual(["[Error]", ": no ", "[error]"])
  expect(hits("aaaaa", "AA")).toEqual(["[aa]", "[aa]", "a"])
  expect(hits("nothing", "error")).toEqual(["nothing"])
  expect(hits("all", "all")).toEqual(["[all]"])
})

test("a hit that a colour cuts is marked on both sides, with its looks", () => {
  const marked = markSpans(ansiSpans("be\u001b[31mfore af\u001b[0mter"), "fore after")
  expect(marked).toEqual([{ text: "be" }, { text: "fore af", color: 1, isHit: true }, { text: "ter", isHit: true }])
})

test("a letter whose lower case is longer marks nothing rather than the wrong letters", () => {
  expect(hits("İ error", "error")).toEqual(["İ error"])
})
