import { act, screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { ApiError } from "@/lib/api/error.ts"
import { importResults } from "@/lib/api/upload.ts"
import { ImportResults } from "./import-results.tsx"

const push = vi.hoisted(() => vi.fn())
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }))
vi.mock("@/lib/api/upload.ts", () => ({ importResults: vi.fn() }))
beforeEach(() => {
  push.mockReset()
  vi.mocked(importResults).mockReset()
})

const made = { evaluation_id: "e1", name: "n", total_samples: 2, viewer_url: null }

async function opened() {
  const { user } = show(<ImportResults />)
  await user.click(screen.getByRole("button", { name: "Import results" }))
  const dialog = within(screen.getByRole("dialog", { name: "Import results" }))
  return { user, dialog, submit: () => user.click(dialog.getByRole("button", { name: "Import" })) }
}

const archive = new File(["0123456789"], "run.zip")

test("a file is sent with what was said about it, its progress is shown, and it ends on the run", async () => {
  let resolve: (value: typeof made) => void = () => {}
  vi.mocked(importResults).mockReturnValue(
    new Promise((done) => {
      resolve = done
    }),
  )
  const { user, dialog, submit } = await opened()
  await user.upload(dialog.getByLabelText("File"), archive)
  await user.type(dialog.getByRole("textbox", { name: "Environment" }), " ann/maze ")
  await submit()
  const [file, query, { onSent }] = vi.mocked(importResults).mock.lastCall as Parameters<typeof importResults>
  expect([file, query]).toEqual([archive, { name: "", environment: "ann/maze", model: "" }])
  expect(dialog.getByRole("progressbar", { name: "Import" }).getAttribute("aria-valuetext")).toBe("0 of 10")
  act(() => onSent(4))
  expect(await dialog.findByText("4 B of 10 B sent")).toBeTruthy()
  act(() => onSent(10))
  expect(await dialog.findByText("The platform reads the samples…")).toBeTruthy()
  resolve(made)
  await waitFor(() => expect(push).toHaveBeenCalledWith("/dashboard/evaluations/e1"))
})

test("without a file nothing is sent, and a refusal is named until another file is chosen", async () => {
  vi.mocked(importResults).mockRejectedValue(new ApiError(422, "The archive holds 2 runs"))
  const { user, dialog, submit } = await opened()
  await submit()
  expect(dialog.getByText("Choose a file first.")).toBeTruthy()
  expect(importResults).not.toHaveBeenCalled()
  await user.upload(dialog.getByLabelText("File"), archive)
  await submit()
  expect((await dialog.findByRole("alert")).textContent).toBe("The archive holds 2 runs")
  await user.upload(dialog.getByLabelText(/^File/), new File(["1"], "other.eval"))
  expect(dialog.queryByRole("alert")).toBeNull()
})

test("an upload that is stopped is ended, and what comes of it is not shown", async () => {
  let reject: (error: Error) => void = () => {}
  vi.mocked(importResults).mockReturnValue(
    new Promise((_, fail) => {
      reject = fail
    }),
  )
  const { user, dialog, submit } = await opened()
  await user.upload(dialog.getByLabelText("File"), archive)
  await submit()
  await user.click(dialog.getByRole("button", { name: "Stop" }))
  const [, , { signal }] = vi.mocked(importResults).mock.lastCall as Parameters<typeof importResults>
  expect(signal.aborted).toBe(true)
  reject(new DOMException("stopped", "AbortError"))
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull())
  await user.click(screen.getByRole("button", { name: "Import results" }))
  expect(screen.queryByRole("alert")).toBeNull()
})
