import { expect, test } from "vitest"
import { moduleOf } from "./job.ts"

test("the module is the package's, also when it was published under another name", () => {
  expect(moduleOf("my-reversal", "reverse_text-0.1.0-py3-none-any.whl")).toBe("reverse_text")
  expect(moduleOf("reverse-text", "reverse_text-0.1.0-py3-none-any.whl")).toBe("reverse_text")
  // Builders write the name of a wheel in small letters.
  expect(moduleOf("Wordle", "wordle-1.0-py3-none-any.whl")).toBe("Wordle")
  expect(moduleOf(undefined, "wordle-1.0-py3-none-any.whl")).toBe("wordle")
})
