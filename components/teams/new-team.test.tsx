import { screen, waitFor, within } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { createTeam } from "./actions.ts"
import { NewTeam } from "./new-team.tsx"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({ createTeam: vi.fn() }))
const dialog = () => within(screen.getByRole("dialog"))

test("a team's short name follows its name until it is typed, and a refusal is said in the dialog", async () => {
  vi.mocked(createTeam).mockResolvedValue({ ok: false, message: 'The name "our-lab" is already taken', problems: [] })
  const { user } = show(<NewTeam />)
  await user.click(screen.getByRole("button", { name: "New team" }))
  await user.click(dialog().getByRole("button", { name: "Create team" }))
  expect(dialog().getByText("Give it a name.")).toBeTruthy()
  await user.type(dialog().getByLabelText(/^Name/), "Our Lab!")
  expect(dialog().getByLabelText("Short name")).toHaveProperty("value", "our-lab")
  await user.click(dialog().getByRole("button", { name: "Create team" }))
  expect(await dialog().findByText('The name "our-lab" is already taken')).toBeTruthy()
  await user.clear(dialog().getByLabelText("Short name"))
  await user.type(dialog().getByLabelText("Short name"), "lab")
  await user.click(dialog().getByRole("button", { name: "Create team" }))
  await waitFor(() => expect(createTeam).toHaveBeenLastCalledWith({ name: "Our Lab!", slug: "lab" }))
})
