import { render, screen } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { expect, test, vi } from "vitest"
import { limits } from "@/contract/limits.ts"
import { ModelPicker } from "./model-picker.tsx"

const list = (count: number) => ({
  models: Array.from({ length: count }, (_, i) => ({
    id: `lab/m${i + 1}`,
    object: "model" as const,
    created: 0,
    owned_by: "lab",
    pricing: null,
  })),
  providers: [],
})

function open(props: { count?: number; before?: string[]; canChooseSeveral?: boolean } = {}) {
  const onChoose = vi.fn()
  render(
    <ModelPicker
      models={list(props.count ?? 3)}
      error={null}
      before={props.before ?? []}
      canChooseSeveral={props.canChooseSeveral ?? true}
      onChoose={onChoose}
    />,
  )
  return { onChoose, user: userEvent.setup() }
}
const chosen = () => screen.getAllByRole("option", { selected: true }).map((option) => option.textContent)

test("one model is chosen with a press, or with the keyboard", async () => {
  const { onChoose, user } = open()
  await user.keyboard("{ArrowDown}{Enter}")
  expect(onChoose).toHaveBeenLastCalledWith(["lab/m2"])
  await user.click(screen.getByRole("option", { name: /lab\/m3/ }))
  expect(onChoose).toHaveBeenLastCalledWith(["lab/m3"])
})

test("several are chosen with the keyboard alone, in the order of choosing", async () => {
  const { onChoose, user } = open()
  await user.click(screen.getByLabelText("Several models"))
  const field = screen.getByRole("combobox", { name: "Model" })
  await user.click(field)
  await user.keyboard("{ArrowDown}{Enter}{ArrowUp}{Enter}")
  expect(chosen()).toHaveLength(2)
  expect(onChoose).not.toHaveBeenCalled()
  await user.keyboard("own/model{Enter}")
  expect(screen.getByText("3 chosen:")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Remove lab/m2" }))
  await user.click(screen.getByRole("button", { name: "Continue with 2 models" }))
  expect(onChoose).toHaveBeenCalledWith(["lab/m1", "own/model"])
})

test("there are no more than can be compared", async () => {
  const { user } = open({ count: limits.modelsPerSuiteMax + 1 })
  await user.click(screen.getByLabelText("Several models"))
  for (const option of screen.getAllByRole("option")) await user.click(option)
  expect(chosen()).toHaveLength(limits.modelsPerSuiteMax)
  expect(screen.getByText(`${limits.modelsPerSuiteMax} chosen, the most:`)).toBeTruthy()
})

test("what was chosen before is there again, and where several cannot be launched one is chosen", () => {
  open({ before: ["lab/m1", "lab/m3"] })
  expect(chosen().map((text) => text?.slice(0, 6))).toEqual(["lab/m1", "lab/m3"])
  document.body.replaceChildren()
  open({ canChooseSeveral: false })
  expect(screen.queryByLabelText("Several models")).toBeNull()
})
