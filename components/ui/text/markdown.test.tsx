import { render, screen } from "@testing-library/react"
import { renderToStaticMarkup } from "react-dom/server"
import { expect, test } from "vitest"
import { growth } from "@/contract/testing/growth.ts"
import { Markdown } from "./markdown.tsx"

test("Markdown becomes headings, lists, tables and code", () => {
  render(<Markdown text={"# Title\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode <b>\n```"} demote={1} />)
  expect(screen.getByRole("heading", { level: 2, name: "Title" })).toBeTruthy()
  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual(["one", "two"])
  expect(screen.getByRole("cell", { name: "2" })).toBeTruthy()
  expect(screen.getByText("code <b>")).toBeTruthy()
})

test("headings make an outline without gaps, whatever levels they had", () => {
  render(<Markdown text={"### First\n\n##### Below\n\n### Second"} demote={2} />)
  expect(screen.getAllByRole("heading").map((heading) => [heading.tagName, heading.textContent])).toEqual([
    ["H3", "First"],
    ["H4", "Below"],
    ["H3", "Second"],
  ])
})

test("HTML, scripts, event handlers and images that a model wrote never reach the page", () => {
  const { container } = render(
    <Markdown
      text={
        '<script>alert(1)</script>\n\n<img src=x onerror="alert(1)">\n\n[click](javascript:alert(1))\n\n![pixel](https://tracker.example/a.png)\n\n<iframe src="https://x"></iframe>'
      }
    />,
  )
  expect(container.querySelector("script, img, iframe, [onerror], a[href^='javascript']")).toBeNull()
  expect(container.textContent).toContain("[image: pixel]")
})

test("links leave without a trace of where they were", () => {
  render(<Markdown text="[docs](https://example.org)" />)
  expect(screen.getByRole("link", { name: "docs" }).getAttribute("rel")).toBe("noopener noreferrer nofollow")
})

test("each block finds its own direction, and code runs from left to right", () => {
  const { container } = render(<Markdown text={"שלום!\n\nHello\n\n1. أولاً\n2. ثانياً\n\n```\ncode\n```\n\nuse `x`"} />)
  const directions = [...container.querySelectorAll("p, ol, pre, code")].map((element) => [element.tagName, element.getAttribute("dir")])
  expect(directions).toEqual([
    ["P", "auto"],
    ["P", "auto"],
    ["OL", "auto"],
    ["PRE", "ltr"],
    ["CODE", "ltr"],
    ["P", "auto"],
    ["CODE", "ltr"],
  ])
})

/** Texts that the parser takes quadratic time for, or whose tree is deeper than the stack. */
const attacks: Record<string, (length: number) => string> = {
  "nested emphasis": (length) => "*a _b ".repeat(length / 12) + "b_ a*".repeat(length / 12),
  "emphasis that nothing closes": (length) => "a* ".repeat(length / 3),
  brackets: (length) => "[".repeat(length / 2) + "]".repeat(length / 2),
  "comments without an end": (length) => "a <![CDATA[".repeat(length / 11),
  "titles without an end": (length) => "[a](b (".repeat(length / 7),
  "a wide table": (length) => `${"|a".repeat(length / 6)}\n${"|-".repeat(length / 6)}\n${"|\n".repeat(length / 6)}`,
  quotes: (length) => ">".repeat(length),
  "lists in lists": (length) => `${"* ".repeat(length / 2)}a`,
}

test.each(Object.entries(attacks))("%s: twice the text takes at most about twice the time", (_, attack) => {
  const format = (text: string) => renderToStaticMarkup(<Markdown text={text} />)
  expect(format(attack(20_000))).not.toBe("")
  expect(growth((length) => format(attack(length)), 6_000)).toBeLessThan(3)
})

test("a text beside what is too much to format is shown whole, as it was written", () => {
  const text = `${"*a _b ".repeat(4000)}<answer>`
  const { container } = render(<Markdown text={text} />)
  expect(container.textContent).toBe(text)
})
