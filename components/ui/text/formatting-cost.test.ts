import { expect, test } from "vitest"
import { isCheapToFormat } from "./formatting-cost.ts"

const lines = (count: number, line: string) => Array.from({ length: count }, () => line).join("\n")

test.each([
  ["a long list", lines(800, "- **name** (`code`, *kind*): a [link](https://example.org/a_b) and snake_case_words")],
  ["a numbered list", lines(200, "7. **name**: *kind* of a [link](https://example.org)")],
  ["a long table", `|a|b|c|d|e|f|\n|-|-|-|-|-|-|\n${lines(500, "| **a** | `b` | [c](d) | e | f | g |")}`],
  ["code full of marks", `\`\`\`python\n${lines(1000, "    self.some_value_of_this[i] = other_value * some_factor[j] # a < b")}\n\`\`\``],
  ["a long text", lines(300, `${"Some words with *emphasis* now and then. ".repeat(5)}\n`)],
  ["quotes of quotes", lines(200, "> > > said _she_")],
])("%s is formatted", (_, text) => {
  expect(isCheapToFormat(text)).toBe(true)
})
