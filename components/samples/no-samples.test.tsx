import { render, screen } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { expect, test, vi } from "vitest"
import type { Evaluation } from "@/contract/index.ts"
import { NoSamples } from "./no-samples.tsx"
import { samplesSearch } from "./samples-search.ts"

const ended = { status: "COMPLETED" } as Evaluation

function shown(search: Record<string, string>, change: Partial<React.ComponentProps<typeof NoSamples>> = {}) {
  const onSearchOn = vi.fn()
  const props = {
    id: "r",
    run: ended,
    state: samplesSearch.load(search),
    refusal: null,
    lookedThrough: null,
    isSearching: false,
    error: null,
  }
  render(<NoSamples {...props} onSearchOn={onSearchOn} {...change} />)
  return { onSearchOn, title: screen.getByRole("heading").textContent }
}

test("an empty table says what was looked for, and where", () => {
  expect(shown({ q: "pear" }).title).toBe("No sample contains “pear”")
  expect(screen.queryByRole("button", { name: "Search on" })).toBeNull()
})

test.each([
  [{ q: "p+", regex: "true" }, "No sample matches “p+”"],
  [{ q: "pear", outcome: "error" }, "No sample with these filters contains “pear”"],
  [{ outcome: "error" }, "No sample matches"],
  [{}, "No samples"],
])("the title for %o", (search, title) => {
  expect(shown(search as Record<string, string>).title).toBe(title)
})

test("a search that covered a part says so and goes on", async () => {
  const { title, onSearchOn } = shown({ q: "qz" }, { lookedThrough: 2000 })
  expect(title).toBe("No sample contains “qz” among the first 2,000")
  await userEvent.click(screen.getByRole("button", { name: "Search on" }))
  expect(onSearchOn).toHaveBeenCalledOnce()
})

test("an expression that is none is explained", () => {
  expect(shown({ q: "(", regex: "true" }, { refusal: "The text is no regular expression: parentheses () not balanced" }).title).toBe(
    "This search cannot be made",
  )
  expect(screen.getByText(/parentheses/)).toBeTruthy()
})
