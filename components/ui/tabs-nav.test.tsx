import { render, screen } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { TabsNav } from "./tabs-nav.tsx"

vi.mock("next/navigation", () => ({ usePathname: () => "/runs/1/samples/7" }))

test("the tab with the longest matching address is the current one", () => {
  render(
    <TabsNav
      label="Run"
      tabs={[
        { href: "/runs/1", label: "Overview" },
        { href: "/runs/1/samples", label: "Samples", count: 1200 },
        { href: "/runs/1/sam", label: "Other" },
      ]}
    />,
  )
  expect(screen.getAllByRole("link", { current: "page" }).map((link) => link.textContent)).toEqual(["Samples1,200"])
})

test("where there is no room for all tabs, the current one is scrolled into the middle", () => {
  const measure = Element.prototype.getBoundingClientRect
  Element.prototype.getBoundingClientRect = function () {
    return this.tagName === "NAV" ? new DOMRect(20, 0, 300, 40) : new DOMRect(500, 0, 80, 40)
  }
  try {
    render(<TabsNav label="Few" tabs={[{ href: "/runs/1/samples", label: "Samples" }]} />)
    expect(screen.getByRole("navigation", { name: "Few" }).scrollLeft).toBe(540 - 170)
  } finally {
    Element.prototype.getBoundingClientRect = measure
  }
})
