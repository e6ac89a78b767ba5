import { act, render, screen } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { afterEach, expect, test, vi } from "vitest"
import { type Toast, ToastProvider, useToast } from "./toast.tsx"

function Trigger({ toast }: { toast: Toast }) {
  const show = useToast()
  return (
    <button type="button" onClick={() => show(toast)}>
      Save
    </button>
  )
}

const shown = (toast: Toast) =>
  render(
    <ToastProvider>
      <Trigger toast={toast} />
    </ToastProvider>,
  )

afterEach(() => {
  vi.useRealTimers()
})

test("a message goes by itself", () => {
  vi.useFakeTimers()
  shown({ title: "Saved", tone: "success" })
  act(() => screen.getByRole("button", { name: "Save" }).click())
  expect(screen.getByText("Saved")).toBeTruthy()
  act(() => vi.advanceTimersByTime(6000))
  expect(screen.queryByText("Saved")).toBeNull()
})

test("an error stays until it is dismissed", () => {
  vi.useFakeTimers()
  shown({ title: "Not saved", description: "The disk is full", tone: "danger" })
  act(() => screen.getByRole("button", { name: "Save" }).click())
  act(() => vi.advanceTimersByTime(60_000))
  expect(screen.getByText("The disk is full")).toBeTruthy()
  act(() => screen.getByRole("button", { name: "Dismiss" }).click())
  expect(screen.queryByText("Not saved")).toBeNull()
})

test("at most four messages are shown, the newest of them", async () => {
  shown({ title: "Saved" })
  const user = userEvent.setup()
  for (let i = 0; i < 6; i++) await user.click(screen.getByRole("button", { name: "Save" }))
  expect(screen.getAllByText("Saved")).toHaveLength(4)
})
