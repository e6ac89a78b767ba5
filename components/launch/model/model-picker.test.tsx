import { screen } from "@testing-library/react"
import { afterEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { limits } from "@/contract/limits.ts"
import { ModelPicker } from "./model-picker.tsx"

const favourites = vi.hoisted(() => ({ setFavourite: vi.fn() }))
vi.mock("@/components/shared/models/favourite-actions.ts", () => favourites)
const router = vi.hoisted(() => ({ refresh: vi.fn() }))
vi.mock("next/navigation", async (original) => ({ ...(await original<object>()), useRouter: () => router }))
afterEach(() => vi.useRealTimers())

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
  const { user } = show(
    <ModelPicker
      models={list(props.count ?? 3)}
      error={null}
      before={props.before ?? []}
      canChooseSeveral={props.canChooseSeveral ?? true}
      onChoose={onChoose}
    />,
  )
  return { onChoose, user }
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

test("favourites come first, and are marked with the keyboard or the star", async () => {
  favourites.setFavourite.mockResolvedValue({ ok: true, value: [] })
  const onChoose = vi.fn()
  const { user } = show(
    <ModelPicker models={{ ...list(3), favourites: ["lab/m3"] }} error={null} before={[]} canChooseSeveral={false} onChoose={onChoose} />,
  )
  const names = screen.getAllByRole("group").map((group) => group.getAttribute("aria-labelledby"))
  expect(names).toEqual(["provider-favourites", "provider-lab"])
  await user.click(screen.getByRole("combobox"))
  await user.keyboard("{ArrowDown}{Alt>}{Enter}{/Alt}")
  expect(favourites.setFavourite).toHaveBeenLastCalledWith("lab/m1", true)
  await user.click(screen.getByRole("button", { name: "Favourite lab/m3", hidden: true }))
  expect(favourites.setFavourite).toHaveBeenLastCalledWith("lab/m3", false)
  expect(onChoose).not.toHaveBeenCalled()
})

test("models that are not there yet come without a reload", async () => {
  vi.useFakeTimers()
  const here = { id: "here", name: "On this machine" }
  const picker = (provider: { error: string | null; models: number; is_starting?: boolean }) => (
    <ModelPicker
      models={{ models: [], providers: [{ ...here, ...provider }] }}
      error={null}
      before={[]}
      canChooseSeveral={false}
      onChoose={() => {}}
    />
  )
  const { unmount } = show(picker({ error: "It is being fetched.", models: 0, is_starting: true }))
  // Nothing is wrong.
  expect(screen.getByText("Its models are not listed yet: It is being fetched.").className).not.toMatch(/danger/)
  await vi.advanceTimersByTimeAsync(3500)
  expect(router.refresh).toHaveBeenCalledTimes(1)
  unmount()

  show(picker({ error: null, models: 1 }))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(router.refresh).toHaveBeenCalledTimes(1)
})
