import { screen, waitFor } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { EnvironmentRow } from "@/contract/index.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { environmentsSearch } from "./environments-search.ts"
import { EnvironmentsTable } from "./environments-table.tsx"

vi.mock("next/navigation", () => ({ usePathname: () => "/environments" }))
// The list is shown as the server read it: a second reading never answers.
vi.mock("@/lib/api/browser.ts", () => ({ get: () => new Promise(() => {}) }))

const row = (name: string, values: object = {}): EnvironmentRow =>
  ({
    id: name,
    name,
    owner: { name: "ann", type: "user" },
    visibility: "PUBLIC",
    description: null,
    latest_version: "0.1.0",
    latest_ci_status: "SUCCESS",
    tags: [],
    evaluation_count: 0,
    last_evaluation_at: null,
    updated_at: "2026-03-01T00:00:00Z",
    ...values,
  }) as unknown as EnvironmentRow

function shown(rows: EnvironmentRow[], searchParams: SearchParams = {}, total = rows.length) {
  const state = environmentsSearch.load(searchParams)
  let address = ""
  const initial = { data: rows, total_count: total, offset: (state.page - 1) * 25, limit: 25 }
  const search = new URLSearchParams(searchParams as Record<string, string>).toString()
  const view = show(<EnvironmentsTable initial={initial as never} initialAt={Date.now()} state={state} self="me" />, {
    search,
    onSearch: ({ queryString }) => {
      address = queryString
    },
  })
  return { ...view, address: () => address }
}

test("lists environments with a link, their check and their runs", () => {
  shown([row("maze", { visibility: "PRIVATE", evaluation_count: 1200, latest_ci_status: "FAILED" })])
  expect(screen.getByRole("link", { name: /ann\s?\/\s?maze/ }).getAttribute("href")).toBe("/dashboard/environments/ann/maze")
  expect(screen.getByText("Private")).toBeTruthy()
  expect(screen.getAllByText("Check failed").length).toBeGreaterThan(0)
  expect(screen.getByRole("link", { name: "1200 evaluations of maze" }).textContent).toBe("1,200")
})

test("owners can be chosen, one's own name among them", async () => {
  const { user, address } = shown([row("maze")], { page: "2" }, 60)
  const owner = screen.getByLabelText("Owner")
  expect([...owner.querySelectorAll("option")].map((option) => option.textContent)).toEqual(["Any owner", "ann", "me"])
  await user.selectOptions(owner, "me")
  await waitFor(() => expect(address()).toBe("?owner=me"))
})

test("the order can be chosen, and the default one is left unsaid", async () => {
  const { user, address } = shown([row("maze")], { sort: "name" })
  await user.selectOptions(screen.getByLabelText("Order"), "Name, Z to A")
  await waitFor(() => expect(address()).toBe("?sort=name-desc"))
  await user.selectOptions(screen.getByLabelText("Order"), "Recently updated")
  await waitFor(() => expect(address()).toBe(""))
})

test("a tag narrows the list and is marked as the present one", () => {
  shown([row("maze", { tags: ["math", "games"] })], { tag: "math", owner: "ann" })
  expect(screen.getByRole("link", { name: "games" }).getAttribute("href")).toBe("/environments?owner=ann&tag=games")
  expect(screen.getByRole("link", { name: "math" }).getAttribute("aria-current")).toBe("true")
  expect(screen.getByRole("link", { name: "Tag: math: remove this filter" }).getAttribute("href")).toBe("/environments?owner=ann")
})

test("says what nothing matched, and that a page is past the end", () => {
  const { unmount } = shown([], { q: "zzz", owner: "ann" })
  expect(screen.getByText("There is no environment owned by ann that matches “zzz”.")).toBeTruthy()
  unmount()
  shown([], { page: "9" }, 3)
  expect(screen.getByText("The list has only 3 environments.")).toBeTruthy()
  expect(screen.getByRole("link", { name: "To the first page" }).getAttribute("href")).toBe("/environments")
})

test("an empty platform says how to publish", () => {
  shown([])
  expect(screen.getByText("prime env push")).toBeTruthy()
})
