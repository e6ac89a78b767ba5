import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { deleteRun } from "@/components/shared/run-actions.ts"
import { aRun } from "@/components/testing/a-run.ts"
import { show } from "@/components/testing/show.tsx"
import { RunButtons } from "./run-buttons.tsx"

const push = vi.hoisted(() => vi.fn())
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }), unstable_rethrow: () => {} }))
vi.mock("@/lib/live/use-live.ts", () => ({ useLiveState: () => "connected" }))
vi.mock("@/components/shared/run-actions.ts", () => ({ stopRun: vi.fn(), deleteRun: vi.fn(), resumeRun: vi.fn() }))
beforeEach(() => {
  push.mockReset()
  vi.mocked(deleteRun).mockReset()
})

const shown = (values: object, canExport = true) => show(<RunButtons run={aRun(values)} canExport={canExport} />)
const labels = (container: HTMLElement) => [...container.querySelectorAll("button, a")].map((one) => one.textContent)

const half = { total_samples: 4, progress: { total: 10, started: 4, done: 4, errored: 0 } }
const withErrors = { progress: { total: 10, started: 10, done: 10, errored: 2 } }
const uploaded = { is_hosted: false, eval_config: null, attempt: null, progress: null }

test.each([
  ["under way", { status: "RUNNING", ...half }, ["Copy link", "Copy as", "Download", "Run again", "Stop"]],
  ["waiting", { status: "PENDING", total_samples: 0, progress: null }, ["Copy link", "Copy as", "Run again", "Stop"]],
  ["completed", {}, ["Copy link", "Copy as", "Download", "Run again", "Delete"]],
  ["completed with errors", withErrors, ["Copy link", "Copy as", "Download", "Run again", "Retry errors", "Delete"]],
  ["failed half way", { status: "FAILED", ...half }, ["Copy link", "Copy as", "Download", "Run again", "Resume", "Delete"]],
  ["without its environment", { environment: null }, ["Copy link", "Download", "Delete"]],
  ["uploaded, under way", { status: "RUNNING", ...uploaded }, ["Copy link", "Download"]],
  ["uploaded, stale", { status: "RUNNING", stale: true, ...uploaded }, ["Copy link", "Download", "End", "Delete"]],
  ["uploaded, completed", uploaded, ["Copy link", "Download", "Delete"]],
])("a run that is %s has its buttons", (_, values, expected) => {
  expect(labels(shown(values).container)).toEqual(expected)
})

test("a platform that exports nothing offers no download", () => {
  shown({}, false)
  expect(screen.queryByRole("button", { name: "Download" })).toBeNull()
})

test("only a run under way says whether the page follows it", () => {
  const { unmount } = shown({ status: "RUNNING" })
  expect(screen.getByText("Live")).toBeTruthy()
  unmount()
  shown({})
  expect(screen.queryByText("Live")).toBeNull()
})

test("the form for another run is filled in from this one", () => {
  shown({})
  expect(screen.getByRole("link", { name: "Run again" }).getAttribute("href")).toMatch(/ann\/maze.*\?from=e1$/)
})

test("a run as text comes with the variables of a terminal, the traces' address among them", async () => {
  const { user } = shown({})
  await user.click(screen.getByRole("button", { name: "Copy as" }))
  const variables = within(screen.getByRole("dialog")).getByRole("group", { name: "variables" }).textContent
  for (const name of ["API_BASE", "FRONTEND", "TRACES"]) expect(variables).toContain(`PRIME_${name}_URL=${window.location.origin}`)
  await user.click(screen.getByRole("radio", { name: "curl" }))
  expect(within(screen.getByRole("dialog")).queryByRole("group", { name: "variables" })).toBeNull()
})

test("a deleted run leads to the list, one that was kept does not", async () => {
  vi.mocked(deleteRun).mockResolvedValueOnce({ ok: false, message: "Only its owner may delete it.", problems: [] })
  vi.mocked(deleteRun).mockResolvedValueOnce({ ok: true, value: null })
  const { user } = shown({})
  await user.click(screen.getByRole("button", { name: "Delete" }))
  const confirm = within(screen.getByRole("dialog")).getByRole("button", { name: "Delete" })
  await user.click(confirm)
  expect(await screen.findByText("Only its owner may delete it.")).toBeTruthy()
  expect(push).not.toHaveBeenCalled()
  await user.click(confirm)
  await waitFor(() => expect(push).toHaveBeenCalledWith("/dashboard/evaluations"))
})

test.each([
  ["inference_quota", true],
  ["timeout", true],
  ["environment_arguments", false],
  ["environment_dependency", false],
  ["missing_permission", false],
])("after a failure of class %s, resuming is what to do next: %s", (kind, isNext) => {
  shown({ status: "FAILED", failure: { class: kind }, ...half })
  expect(screen.getByRole("button", { name: "Resume" }).className.includes("bg-primary")).toBe(isNext)
})
