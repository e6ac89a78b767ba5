import { render, screen } from "@testing-library/react"
import { Suspense } from "react"
import { expect, test, vi } from "vitest"
import { late } from "./late.tsx"

const Hello = ({ name }: { name: string }) => <p>Hello {name}</p>

test.each(["load", "pointerdown", "keydown"])("its script is asked for at the page's %s, and not before", async (event) => {
  vi.spyOn(document, "readyState", "get").mockReturnValue("interactive")
  const load = vi.fn(async () => Hello)
  const Part = late(load)
  render(
    <Suspense fallback="Loading">
      <Part name="Ada" />
    </Suspense>,
  )
  expect(screen.getByText("Loading")).toBeTruthy()
  await Promise.resolve()
  expect(load).not.toHaveBeenCalled()
  window.dispatchEvent(new Event(event))
  expect(await screen.findByText("Hello Ada")).toBeTruthy()
})

test("on a page that has loaded it is asked for at once", async () => {
  const Part = late(async () => Hello)
  render(
    <Suspense fallback="Loading">
      <Part name="Kim" />
    </Suspense>,
  )
  expect(await screen.findByText("Hello Kim")).toBeTruthy()
})
