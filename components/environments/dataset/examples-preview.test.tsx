import { screen, within } from "@testing-library/react"
import { expect, test } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { ExamplesPreview } from "./examples-preview.tsx"

const example = (position: number, id: string) => ({
  position,
  example_id: id,
  prompt: [{ role: "user", content: `question ${id}` }],
  answer: position === 0 ? null : "42",
  info: null,
})

test("an example has the name that the samples of a run give it", () => {
  show(<ExamplesPreview examples={[example(0, "0"), example(1, "easy-7")]} />)
  const rows = within(screen.getByRole("list", { name: "Examples" })).getAllByRole("listitem")
  expect(rows.map((row) => row.querySelector("summary")?.textContent)).toEqual([
    "Example 0question 0No answer",
    "Example easy-7question easy-742",
  ])
})
