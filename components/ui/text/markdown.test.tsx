import { render, screen } from "@testing-library/react"
import { expect, test } from "vitest"
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
