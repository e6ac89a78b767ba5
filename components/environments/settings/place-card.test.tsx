import { screen, waitFor } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { updatePlace } from "../actions.ts"
import { PlaceCard } from "./place-card.tsx"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("../actions.ts", () => ({ updatePlace: vi.fn() }))

const executors = [
  { name: "local", kind: "bubblewrap", is_default: true },
  { name: "cluster", kind: "slurm", is_default: false },
]
const labels = () => screen.getAllByRole("option").map(({ textContent }) => textContent)

test("a place is chosen among those that there are, and given back to the platform", async () => {
  vi.mocked(updatePlace).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<PlaceCard owner="ann" name="maze" executor="cluster" executors={executors} />)
  expect(labels()).toEqual(["Where the platform says (local)", "local: the platform's own machine", "cluster: slurm"])
  const place = screen.getByLabelText<HTMLSelectElement>("Runs on")
  const save = screen.getByRole<HTMLButtonElement>("button", { name: "Save" })
  expect([place.value, save.disabled]).toEqual(["cluster", true])
  await user.selectOptions(place, "local")
  await user.click(save)
  await waitFor(() => expect(updatePlace).toHaveBeenCalledWith("ann", "maze", "local"))
  await user.selectOptions(place, "")
  await user.click(save)
  await waitFor(() => expect(updatePlace).toHaveBeenLastCalledWith("ann", "maze", null))
})

test("a place that is not set up any more is still said, and a refusal stands at the field", async () => {
  vi.mocked(updatePlace).mockResolvedValueOnce({ ok: false, message: "executor: there is none", problems: [] })
  const { user } = show(<PlaceCard owner="ann" name="maze" executor="gone" executors={executors} />)
  expect(labels().at(-1)).toBe("gone: not set up any more")
  await user.selectOptions(screen.getByLabelText("Runs on"), "cluster")
  await user.click(screen.getByRole("button", { name: "Save" }))
  expect(await screen.findByText("executor: there is none")).toBeTruthy()
})
