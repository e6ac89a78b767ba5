import { screen, waitFor } from "@testing-library/react"
import { parseAsStringLiteral } from "nuqs/server"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { listSearch, pageNumber, severalOf, text } from "@/lib/list-search.ts"
import { FilterBar } from "./filter-bar.tsx"

vi.mock("next/navigation", () => ({ usePathname: () => "/list" }))

const search = listSearch({
  parsers: {
    q: text(),
    kind: severalOf(["A", "B", "C"]),
    model: text(),
    sort: parseAsStringLiteral(["new", "old"]).withDefault("new"),
    tag: text(),
    page: pageNumber(),
  },
  filters: {
    q: { kind: "search", label: "Search", placeholder: "Name" },
    kind: {
      kind: "several",
      label: "Kind",
      any: "Any kind",
      some: (count) => `${count} kinds`,
      options: { A: "Ash", B: "Birch", C: "Cedar" },
    },
    model: { kind: "one", label: "Model", any: "Any model" },
    sort: { kind: "one", label: "Order", options: { new: "Newest", old: "Oldest" } },
    tag: { kind: "removable", text: (tag) => `Tag: ${tag}` },
  },
  dropped: ["page"],
})

let address = ""
const onSearch = ({ queryString }: { queryString: string }) => {
  address = queryString
}
beforeEach(() => {
  address = ""
})

const shown = (query: string, options = { model: { m1: "m1", m2: "m2" } }) =>
  show(<FilterBar label="Filter" search={search} options={options} />, { search: query, onSearch })

test("a choice goes to the address and leads back to the first page", async () => {
  const { user } = shown("?q=maze&page=3")
  await user.selectOptions(screen.getByLabelText("Model"), "m2")
  await waitFor(() => expect(address).toBe("?q=maze&model=m2"))
  await user.selectOptions(screen.getByLabelText("Model"), "Any model")
  await waitFor(() => expect(address).toBe("?q=maze"))
})

test("typing is searched for when it pauses", async () => {
  const { user } = shown("")
  await user.type(screen.getByLabelText("Search"), " oak ")
  await waitFor(() => expect(address).toBe("?q=oak"))
})

test("several values can be ticked, and all of them are no filter", async () => {
  const { user } = shown("?kind=a,b")
  expect(screen.getByText("2 kinds")).toBeTruthy()
  await user.click(screen.getByLabelText("Ash"))
  await waitFor(() => expect(address).toBe("?kind=B"))
  await waitFor(() => expect(screen.getAllByText("Birch")).toHaveLength(2))
  await user.click(screen.getByLabelText("Ash"))
  await user.click(screen.getByLabelText("Cedar"))
  await waitFor(() => expect(address).toBe(""))
})

test("a value that the list does not know is still shown as what is chosen", () => {
  shown("?model=gone")
  expect(screen.getByLabelText<HTMLSelectElement>("Model").value).toBe("gone")
})

test("a filter set by a link is shown and can be removed, and clearing keeps the order", () => {
  shown("?tag=math&sort=old&page=2")
  expect(screen.getByRole("link", { name: "Tag: math: remove this filter" }).getAttribute("href")).toBe("/list?sort=old")
  expect(screen.getByRole("link", { name: "Clear" }).getAttribute("href")).toBe("/list?sort=old")
})

test("without filters there is nothing to clear, and a choice without options is left out", () => {
  show(<FilterBar label="Filter" search={search} />, { search: "?sort=old" })
  expect(screen.queryByRole("link", { name: "Clear" })).toBeNull()
  expect(screen.queryByLabelText("Model")).toBeNull()
})
