import { expect, test } from "vitest"
import { isCheapToFormat } from "./formatting-cost.ts"

const lines = (count: number, line: string) => Array.from({ length: count }, () => line).join("\n")

test.each([
  ["a long list", lines(800, "- **name** (`code`, *kind*): a [link](https://example.org/a_b) and snake_case_words")],
  ["a numbered list", lines(200, "7. **name**: *kind* of a [link](https://example.org)")],
  ["a long table", `|a|b|c|d|e|f|\n|-|-|-|-|-|-|\n${lines(500, "| **a** | `b` | [c](d) | e | f | g |")}`],
  ["code full of marks", `\`\`\`python\n${lines(1000, "    self.some_value_of_this[i] = other_value * some_factor[j] # a < b")}\n\`\`\``],
  ["a long text", lines(300, `${"Some words with *emphasis* now and then. ".repeat(5)}\n`)],
  [
    "a table of HTML",
    `<table>\n${lines(500, '  <td align="center"><a href="https://example.org"><img src="x"><br>Name</a></td>')}\n</table>`,
  ],
  ["quotes of quotes", lines(200, "> > > said _she_")],
])("%s is formatted", (_, text) => {
  expect(isCheapToFormat(text)).toBe(true)
})

const marks = "a* ".repeat(5000)
test.each([
  ["a fence in a list", `- \`\`\`\n  x\n  \`\`\`\n${marks}`],
  ["a fence that ends with its list", `- x\n  \`\`\`\n${marks}`],
  ["a fence inside of HTML", `<div>\n\`\`\`\n\n${marks}`],
  ["HTML inside of a list", `- x\n  <div>\n${marks}`],
  ["HTML that has ended", `<div>\n\n${marks}`],
  ["a table whose header has another width", `|a|b|\n|-|\n${"|a*\n".repeat(5000)}`],
  ["a table that a quote has ended", `|a|\n|-|\n> x\n${"|a*\n".repeat(5000)}`],
  ["numbers that continue a paragraph", `x\n${"2. a*\n".repeat(5000)}`],
])("marks do not pass for something else after %s", (_, text) => {
  expect(isCheapToFormat(text)).toBe(false)
})
