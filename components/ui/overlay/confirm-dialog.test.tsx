import { render, screen } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { expect, test, vi } from "vitest"
import { ConfirmDialog } from "./confirm-dialog.tsx"

function dialog(change: Partial<React.ComponentProps<typeof ConfirmDialog>> = {}) {
  const onClose = vi.fn()
  const onConfirm = vi.fn()
  render(
    <ConfirmDialog open onClose={onClose} onConfirm={onConfirm} title="Delete the run?" confirmLabel="Delete" {...change}>
      Its samples are deleted too.
    </ConfirmDialog>,
  )
  return { onClose, onConfirm, user: userEvent.setup() }
}

test("says what will happen, and confirms or cancels", async () => {
  const { onClose, onConfirm, user } = dialog()
  expect(screen.getByRole("dialog", { name: "Delete the run?" }).textContent).toContain("Its samples are deleted too.")
  await user.click(screen.getByRole("button", { name: "Cancel" }))
  expect([onClose.mock.calls.length, onConfirm.mock.calls.length]).toEqual([1, 0])
  await user.click(screen.getByRole("button", { name: "Delete" }))
  expect(onConfirm).toHaveBeenCalledOnce()
})

test("cannot be confirmed twice while the first time is pending", async () => {
  const { onConfirm, user } = dialog({ pending: true })
  await user.click(screen.getByRole("button", { name: /Delete/ }))
  expect(onConfirm).not.toHaveBeenCalled()
})

test("says why it failed", () => {
  dialog({ error: "The run is still active" })
  expect(screen.getByRole("alert").textContent).toContain("The run is still active")
})

test("holds nothing while it is closed", () => {
  dialog({ open: false })
  expect(screen.queryByText("Its samples are deleted too.")).toBeNull()
})
