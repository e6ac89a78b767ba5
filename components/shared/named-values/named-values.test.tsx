import { screen, waitFor, within } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { NamedValues, type NamedValuesProps } from "./named-values.tsx"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))

const secret = { id: "s1", name: "TOKEN", description: "for the API", updatedAt: "2026-03-01T00:00:00Z" }
const ok = { ok: true as const, value: null }

function shown(change: Partial<NamedValuesProps> = {}) {
  const props: NamedValuesProps = {
    id: "secrets",
    title: "Secrets",
    kind: "secret",
    children: "What they are for.",
    empty: "There are none.",
    entries: [secret],
    create: vi.fn(async () => ok),
    update: vi.fn(async () => ok),
    remove: vi.fn(async () => ok),
    unlink: vi.fn(async () => ok),
    removeNote: "is deleted.",
    ...change,
  }
  return { props, ...show(<NamedValues {...props} />) }
}

const dialog = () => within(screen.getByRole("dialog"))

test("a new secret needs a right name that is not taken, and a value", async () => {
  const { props, user } = shown()
  await user.click(screen.getByRole("button", { name: "New secret" }))
  await user.type(await dialog().findByLabelText("Name"), "TOKEN")
  await user.click(dialog().getByRole("button", { name: "Save" }))
  expect(dialog().getByText("There is a secret TOKEN already.")).toBeTruthy()
  expect(dialog().getByText("A value is needed.")).toBeTruthy()
  expect(props.create).not.toHaveBeenCalled()
  await user.type(dialog().getByLabelText("Name"), "_2")
  await user.type(dialog().getByLabelText("Value"), "s3cret")
  await user.click(dialog().getByRole("button", { name: "Save" }))
  await waitFor(() => expect(props.create).toHaveBeenCalledWith({ name: "TOKEN_2", value: "s3cret", description: "" }))
  expect(await screen.findByText("TOKEN_2 was saved")).toBeTruthy()
  expect(screen.queryByRole("dialog")).toBeNull()
})

test("the value of a secret is never shown, and an empty one keeps what is stored", async () => {
  const { props, user } = shown()
  expect(screen.getByText("Value hidden,")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Change TOKEN" }))
  expect((await dialog().findByLabelText<HTMLInputElement>("Value")).value).toBe("")
  await user.type(dialog().getByLabelText(/Description/), ", v2")
  await user.click(dialog().getByRole("button", { name: "Save" }))
  await waitFor(() => expect(props.update).toHaveBeenCalledWith("s1", { name: "TOKEN", value: null, description: "for the API, v2" }))
})

test("the value of a variable is shown and edited", async () => {
  const { props, user } = shown({ kind: "variable", entries: [{ ...secret, value: "easy" }] })
  expect(screen.getByText("easy")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Change TOKEN" }))
  await user.clear(await dialog().findByLabelText("Value"))
  await user.click(dialog().getByRole("button", { name: "Save" }))
  await waitFor(() => expect(props.update).toHaveBeenCalledWith("s1", expect.objectContaining({ value: "" })))
})

test("a refusal of the platform is shown at the field that it names", async () => {
  const create = async () => ({ ok: false as const, message: "Not saved.", problems: [{ field: "name", message: "It is reserved." }] })
  const { user } = shown({ create })
  await user.click(screen.getByRole("button", { name: "New secret" }))
  await user.type(await dialog().findByLabelText("Name"), "PATH")
  await user.type(dialog().getByLabelText("Value"), "x")
  await user.click(dialog().getByRole("button", { name: "Save" }))
  expect(await dialog().findByText("It is reserved.")).toBeTruthy()
  expect(dialog().queryByText("Not saved.")).toBeNull()
})

test("a linked global secret is unlinked, not deleted, and cannot be changed here", async () => {
  const { props, user } = shown({ entries: [{ ...secret, isLinked: true }] })
  expect(screen.queryByRole("button", { name: "Change TOKEN" })).toBeNull()
  await user.click(screen.getByRole("button", { name: "Unlink TOKEN" }))
  await user.click(dialog().getByRole("button", { name: "Unlink" }))
  await waitFor(() => expect(props.unlink).toHaveBeenCalledWith("s1"))
  expect(props.remove).not.toHaveBeenCalled()
})

test("a secret is deleted after a question", async () => {
  const { props, user } = shown()
  await user.click(screen.getByRole("button", { name: "Delete TOKEN" }))
  expect(dialog().getByText("is deleted.", { exact: false })).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "Delete" }))
  await waitFor(() => expect(props.remove).toHaveBeenCalledWith("s1"))
})
