import { expect, test } from "vitest"
import { growth } from "../../../contract/testing/growth.ts"
import { asMarkup, asMarkupSentence, asTerminalLog, inertMarkup, withoutClosingTags } from "./markup.ts"

test("log text for the terminal keeps brackets, drops escapes and has whole lines only", () => {
  expect(asTerminalLog("\u001b[31mred\u001b[0m [/x] list[int]\n\na\rb\n\u001b]0;title\u0007end\n")).toBe(
    "red \\[/x] list\\[int]\na\nb\nend\n",
  )
})

test("text keeps its brackets, backslashes and colons through the CLI's markup, and looks the same where nothing reads markup", () => {
  expect(asMarkup("[1, 2] [INFO] \\[b] \\[1] 12:30:45 INFO:root:smile: :100:")).toBe(
    "[1, 2] [INFO] \\\\\\[b] \\\\[1] 12:30:45 INFO:[b][/b]root:[b][/b]smile: :[b][/b]100:",
  )
  expect(asMarkupSentence("\u001b[31mC:\\")).toBe("C:\\ ")
  expect(inertMarkup("a model[beta] :cat:").replaceAll("\u2060", "")).toBe("a model[beta] :cat:")
  expect(inertMarkup("plain name: 10:20:30 [1]")).toBe("plain name: 10:20:30 [1]")
})

test("a value that scripts read stays as it is, except for closing tags", () => {
  expect(withoutClosingTags("[b]:cat:").replaceAll("\u2060", "?")).toBe("[b]:cat:")
  expect(withoutClosingTags("hard [/x]").replaceAll("\u2060", "?")).toBe("hard [?/x]")
})

test("backslashes without end, and without a bracket, take linear time", () => {
  for (const markup of [asMarkup, inertMarkup, asTerminalLog]) expect(growth((count) => markup("\\".repeat(count)), 20_000)).toBeLessThan(3)
})
