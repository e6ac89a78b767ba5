import { screen } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { RunsFor } from "./runs-for.tsx"

const replace = vi.hoisted(() => vi.fn())
vi.mock("next/navigation", () => ({
  useRouter: () => ({ replace }),
  usePathname: () => "/here",
  useSearchParams: () => new URLSearchParams("model=demo/scholar&team=lab"),
}))

test("whoever is in teams chooses for whom a run is, and the address says it", async () => {
  const teams = [
    { id: "lab", name: "The Lab" },
    { id: "art", name: "Arts" },
  ]
  const { user } = show(<RunsFor teams={teams} teamId="lab" />)
  const select = screen.getByLabelText("Runs for")
  expect(select).toHaveProperty("value", "lab")
  await user.selectOptions(select, "Arts")
  expect(replace).toHaveBeenLastCalledWith("/here?model=demo%2Fscholar&team=art", { scroll: false })
  await user.selectOptions(select, "Me alone")
  expect(replace).toHaveBeenLastCalledWith("/here?model=demo%2Fscholar&team=", { scroll: false })
})
