import { screen, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { LaunchFlow } from "./launch-flow.tsx"

vi.mock("./plan/use-limits.ts", () => ({ useLimits: () => [] }))
vi.mock("./plan/use-estimates.ts", () => ({ useEstimates: () => [] }))
vi.mock("next/navigation", () => ({ unstable_rethrow: () => {}, useSearchParams: () => new URLSearchParams("model=demo/scholar") }))
beforeEach(() => sessionStorage.clear())

test("what could not be taken over from a pasted command stays on the page until it is dismissed", async () => {
  const target = {
    id: "env1",
    name: "sum",
    owner: { name: "acme", type: "user" as const },
    arguments: [],
    dataset_size: 10,
    eval_defaults: null,
  }
  const { user } = show(
    <LaunchFlow
      target={target}
      version="1.0"
      teams={[]}
      checkStatus="SUCCESS"
      models={{ models: [], providers: [] }}
      modelsError={null}
      earlier={null}
      isRemote={false}
      hasPresets={false}
      launch={async () => ({ ok: true, value: undefined as never })}
      launchSuite={null}
    />,
  )
  await user.click(screen.getByRole("button", { name: "Paste a command or TOML" }))
  const dialog = within(await screen.findByRole("dialog"))
  await user.click(dialog.getByLabelText("Command, TOML or curl"))
  await user.paste("prime eval run acme/sum --hosted -m demo/scholar -n 4 --no-such-flag")
  await user.click(dialog.getByRole("button", { name: "Fill in the form" }))
  const note = within(screen.getByRole("note"))
  expect(note.getByText(/--no-such-flag/)).toBeTruthy()
  await user.click(note.getByRole("button", { name: "Dismiss" }))
  expect(screen.queryByRole("note")).toBeNull()
})
