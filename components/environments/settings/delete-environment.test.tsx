import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { deleteEnvironment } from "../actions.ts"
import { DeleteEnvironment } from "./delete-environment.tsx"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("../actions.ts", () => ({ deleteEnvironment: vi.fn() }))
beforeEach(() => void vi.mocked(deleteEnvironment).mockReset())

test("an environment is deleted only by typing its name", async () => {
  vi.mocked(deleteEnvironment).mockResolvedValue({ ok: false, message: "It has active runs.", problems: [] })
  const { user } = show(<DeleteEnvironment owner="ann" name="maze" />)
  await user.click(screen.getByRole("button", { name: /^Delete/ }))
  const dialog = within(screen.getByRole("dialog"))
  const confirm = dialog.getByRole("button", { name: /^Delete/ })
  await user.type(dialog.getByRole("textbox"), "maze")
  await user.click(confirm)
  expect(deleteEnvironment).not.toHaveBeenCalled()
  await user.clear(dialog.getByRole("textbox"))
  await user.type(dialog.getByRole("textbox"), "ann/maze")
  await user.click(confirm)
  await waitFor(() => expect(deleteEnvironment).toHaveBeenCalledWith("ann", "maze"))
  expect(await dialog.findByText("It has active runs.")).toBeTruthy()
})
