import { screen, waitFor, within } from "@testing-library/react"
import { useForm } from "react-hook-form"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { ListPresetsResponse } from "@/contract/index.ts"
import type { LaunchValues } from "../launch-schema.ts"
import type { LaunchTarget } from "../launch-target.ts"
import { valuesFrom } from "../launch-values.ts"
import { PresetsMenu } from "./presets-menu.tsx"
import * as writes from "./write-presets.ts"

vi.mock("./write-presets.ts", () => ({ savePreset: vi.fn(), renamePreset: vi.fn(), deletePreset: vi.fn() }))
const kept = vi.hoisted(() => ({ list: { presets: [], recent: [] } as ListPresetsResponse }))
vi.mock("@/lib/api/browser.ts", () => ({ get: async () => structuredClone(kept.list) }))

const target: LaunchTarget = {
  id: "env1",
  name: "sum",
  owner: { name: "acme", type: "user" },
  arguments: [],
  dataset_size: 10,
  eval_defaults: null,
}
const nightly = {
  id: "p1",
  name: "Nightly",
  environment_id: "env1",
  eval_config: { num_examples: 50, rollouts_per_example: 2, custom_secrets: { TOKEN: "$TOKEN" } },
  created_at: "2026-11-29T10:00:00Z",
}

beforeEach(() => {
  vi.clearAllMocks()
  kept.list = {
    presets: [nightly],
    recent: [
      {
        evaluation_id: "r1",
        name: "run",
        models: ["lab/a", "lab/b"],
        eval_config: { num_examples: -1, rollouts_per_example: 1, env_args: { level: 2 } },
        created_at: "2026-11-29T10:00:00Z",
      },
    ],
  }
})

function Harness({ onUse, from }: { onUse: (values: LaunchValues, models: readonly string[]) => void; from: object }) {
  const form = useForm<LaunchValues>({ defaultValues: valuesFrom({ eval_config: from }, target) })
  return <PresetsMenu target={target} form={form} onUse={onUse} />
}

/** The menu is a native popover, which the simulated browser does not hide. */
function open(from: object = {}) {
  const onUse = vi.fn()
  return { onUse, ...show(<Harness onUse={onUse} from={from} />) }
}
const item = (name: RegExp) => screen.findByRole("menuitem", { name, hidden: true })

test("a preset fills in the form and keeps the models, secrets without their values; a recent launch brings its models", async () => {
  const { user, onUse } = open()
  await user.click(await item(/^Nightly/))
  expect(onUse).toHaveBeenLastCalledWith(
    expect.objectContaining({ num_examples: 50, rollouts_per_example: 2, custom_secrets: [{ name: "TOKEN", value: "" }] }),
    [],
  )
  expect(screen.getByText("The values of secrets are not kept: enter them.")).toBeTruthy()
  await user.click(await item(/^all × 1, 1 argument/))
  expect(onUse).toHaveBeenLastCalledWith(expect.objectContaining({ num_examples: -1 }), ["lab/a", "lab/b"])
})

test("the form's configuration is saved under a name, and no value of a secret leaves the page", async () => {
  vi.mocked(writes.savePreset).mockResolvedValue({ ok: true, value: nightly })
  const { user } = open({ num_examples: 7, rollouts_per_example: 2, custom_secrets: { TOKEN: "x" } })
  await user.click(await item(/^Save this configuration/))
  const dialog = within(await screen.findByRole("dialog"))
  await user.type(dialog.getByRole("textbox", { name: "Name" }), "Nightly")
  expect(dialog.getByText("Replaces the preset of that name.")).toBeTruthy()
  await user.click(dialog.getByLabelText("For all environments"))
  expect(dialog.queryByText("Replaces the preset of that name.")).toBeNull()
  await user.click(dialog.getByRole("button", { name: "Save" }))
  await waitFor(() => expect(writes.savePreset).toHaveBeenCalledOnce())
  expect(vi.mocked(writes.savePreset).mock.calls[0]?.[0]).toMatchObject({
    name: "Nightly",
    environment_id: null,
    eval_config: { num_examples: 7, rollouts_per_example: 2, custom_secrets: { TOKEN: "$TOKEN" } },
  })
})

test("a preset is renamed, and one that was deleted comes back", async () => {
  vi.mocked(writes.renamePreset).mockResolvedValue({ ok: false, message: "is that of another preset: Other", problems: [] })
  vi.mocked(writes.deletePreset).mockResolvedValue({ ok: true, value: null })
  vi.mocked(writes.savePreset).mockResolvedValue({ ok: true, value: { ...nightly, id: "p2" } })
  const { user } = open()
  await user.click(await item(/^Rename or delete/))
  const dialog = within(await screen.findByRole("dialog"))
  const name = dialog.getByLabelText("Name of Nightly")
  await user.clear(name)
  await user.type(name, "Other")
  await user.click(dialog.getByRole("button", { name: "Rename" }))
  expect(await dialog.findByText("is that of another preset: Other")).toBeTruthy()
  expect(writes.renamePreset).toHaveBeenCalledWith("p1", "Other")
  kept.list = { ...kept.list, presets: [] }
  await user.click(dialog.getByRole("button", { name: "Delete Nightly" }))
  await user.click(await dialog.findByRole("button", { name: "Undo" }))
  await waitFor(() => expect(dialog.queryByRole("button", { name: "Undo" })).toBeNull())
  const { id, created_at, ...again } = nightly
  expect(writes.savePreset).toHaveBeenCalledWith(again)
})
