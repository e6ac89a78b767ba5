import { expect, test } from "vitest"
import { conversations } from "@/contract/samples/messages/conversations.ts"
import { expectedOf, lastWords } from "./answer-text.ts"

test("the last words are the model's own, not those of the prompt", () => {
  const said = (completion: object[]) =>
    lastWords(conversations({ prompt: [{ role: "assistant", content: "given" }], completion })[0]?.messages ?? [])
  expect(
    said([
      { role: "assistant", content: "a" },
      { role: "user", content: "b" },
    ]),
  ).toBe("a")
  expect(said([{ role: "user", content: "b" }])).toBeNull()
})

test("what is expected stands in the row, or in the task of verifiers v1", () => {
  expect(expectedOf({ answer: "42" })).toBe("42")
  expect(expectedOf({ answer: { total: 4 } })).toBe('{\n  "total": 4\n}')
  expect(expectedOf({ task: { answer: 7 } })).toBe("7")
  expect(expectedOf({ answer: "" })).toBeNull()
})
