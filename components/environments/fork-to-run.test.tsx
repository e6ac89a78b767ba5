import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { forkEnvironment } from "./actions.ts"
import { ForkToRun } from "./fork-to-run.tsx"

vi.mock("next/navigation", () => ({ useRouter: () => ({}), unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({ forkEnvironment: vi.fn() }))
beforeEach(() => vi.mocked(forkEnvironment).mockReset())

const me = { teamId: null, label: "ada" }
const dialog = () => within(screen.getByRole("dialog"))

test("a fork is asked for first, and goes to the team that is chosen", async () => {
  vi.mocked(forkEnvironment).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<ForkToRun owner="lab" name="sums" owners={[me, { teamId: "t1", label: "Our team" }]} />)
  await user.click(screen.getByRole("button", { name: "Fork to run" }))
  expect(forkEnvironment).not.toHaveBeenCalled()
  expect(dialog().getByText("lab/sums")).toBeTruthy()
  await user.selectOptions(dialog().getByLabelText("Owner of the copy"), "Our team")
  await user.click(dialog().getByRole("button", { name: "Fork" }))
  await waitFor(() => expect(forkEnvironment).toHaveBeenCalledWith("lab", "sums", "t1"))
})

test("whoever has no team to choose is asked for none, and a refusal is said in the dialog", async () => {
  vi.mocked(forkEnvironment).mockResolvedValue({ ok: false, message: "There is an environment ada/sums already", problems: [] })
  const { user } = show(<ForkToRun owner="lab" name="sums" owners={[me]} />)
  await user.click(screen.getByRole("button", { name: "Fork to run" }))
  expect(dialog().queryByLabelText("Owner of the copy")).toBeNull()
  await user.click(dialog().getByRole("button", { name: "Fork" }))
  expect(await dialog().findByText("There is an environment ada/sums already")).toBeTruthy()
  expect(forkEnvironment).toHaveBeenCalledWith("lab", "sums", null)
})
