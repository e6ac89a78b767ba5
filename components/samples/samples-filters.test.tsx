import { render, screen, waitFor } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { NuqsTestingAdapter, type UrlUpdateEvent } from "nuqs/adapters/testing"
import { expect, test, vi } from "vitest"
import { FilterBar } from "@/components/shared/filter-bar.tsx"
import { samplesSearch } from "./samples-search.ts"

vi.mock("next/navigation", () => ({ usePathname: () => "/samples" }))

function filters(searchParams: string) {
  const onUrlUpdate = vi.fn<(event: UrlUpdateEvent) => void>()
  render(
    <NuqsTestingAdapter searchParams={searchParams} onUrlUpdate={onUrlUpdate} hasMemory>
      <FilterBar label="Filter samples" search={samplesSearch} />
    </NuqsTestingAdapter>,
  )
  return { user: userEvent.setup(), address: () => onUrlUpdate.mock.lastCall?.[0].queryString }
}

test("a choice is written into the address and keeps the order", async () => {
  const { user, address } = filters("?sort=reward")
  await user.selectOptions(screen.getByRole("combobox", { name: "Outcome" }), "Error")
  await waitFor(() => expect(address()).toBe("?sort=reward&outcome=error"))
  await user.type(screen.getByRole("spinbutton", { name: "Lowest reward" }), "0.5")
  await waitFor(() => expect(address()).toBe("?sort=reward&outcome=error&min=0.5"))
})

test("a number may be typed slowly", async () => {
  const { user, address } = filters("")
  const field = screen.getByRole<HTMLInputElement>("spinbutton", { name: "Lowest reward" })
  await user.type(field, "0")
  await waitFor(() => expect(address()).toBe("?min=0"))
  await user.type(field, ".5")
  await waitFor(() => expect(address()).toBe("?min=0.5"))
})

test("a search becomes an expression by a press of a key, and the text itself again", async () => {
  const { user, address } = filters("?q=a%2Bb")
  const toggle = screen.getByRole("button", { name: "Regular expression", pressed: false })
  toggle.focus()
  await user.keyboard("{Enter}")
  await waitFor(() => expect(address()).toBe("?q=a%2Bb&regex=true"))
  await user.click(await screen.findByRole("button", { name: "Regular expression", pressed: true }))
  await waitFor(() => expect(address()).toBe("?q=a%2Bb"))
})

test("filters that a link has set are named and can be removed, alone or all together", () => {
  filters("?cause=inference_rate_limit&example=17&sort=reward")
  const hrefOf = (name: string | RegExp) => screen.getByRole("link", { name }).getAttribute("href")
  expect(hrefOf("Example 17: remove this filter")).toBe("/samples?cause=inference_rate_limit&sort=reward")
  expect(hrefOf("Clear")).toBe("/samples?sort=reward")
})

test("an address with values that make no sense shows no filter", () => {
  filters("?outcome=bad&min=high&cause=bad+luck")
  expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Outcome" }).value).toBe("")
  expect(screen.queryByRole("link", { name: "Clear" })).toBeNull()
})
