import { render, screen } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { expect, test, vi } from "vitest"
import { Shortcuts } from "./shortcuts.tsx"

test("a key acts on the page, but not while the user types or holds a modifier", async () => {
  const next = vi.fn()
  render(
    <>
      <input aria-label="Search" />
      <Shortcuts shortcuts={[{ keys: ["j", "ArrowRight"], label: "Next sample", run: next }]} />
    </>,
  )
  const user = userEvent.setup()
  await user.keyboard("j{ArrowRight}{Control>}j{/Control}")
  expect(next).toHaveBeenCalledTimes(2)
  await user.click(screen.getByRole("textbox", { name: "Search" }))
  await user.keyboard("j")
  expect(next).toHaveBeenCalledTimes(2)
})

test("the question mark lists every key, and no key acts behind the list", async () => {
  const next = vi.fn()
  render(<Shortcuts shortcuts={[{ keys: ["j", "ArrowRight"], label: "Next sample", run: next }]} />)
  const user = userEvent.setup()
  await user.keyboard("?")
  const help = screen.getByRole("dialog", { name: "Keyboard shortcuts" })
  expect(help.textContent).toContain("j→Next sample")
  await user.keyboard("j")
  expect(next).not.toHaveBeenCalled()
})
