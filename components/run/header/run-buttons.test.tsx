import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { deleteRun, scoreRunAgain, updateRun } from "@/components/shared/run-actions.ts"
import { aRun } from "@/components/testing/a-run.ts"
import { show } from "@/components/testing/show.tsx"
import { RunButtons } from "./run-buttons.tsx"

const all = { export: true, mark: true, scoreAgain: true, rank: true, review: false, share: true }

const push = vi.hoisted(() => vi.fn())
vi.mock("next/navigation", () => ({
  useRouter: () => ({ push, refresh: () => {} }),
  usePathname: () => "/dashboard/evaluations/e1",
  unstable_rethrow: () => {},
}))
vi.mock("@/lib/live/use-live.ts", () => ({ useLiveState: () => "connected" }))
vi.mock("@/components/shared/run-actions.ts", () => ({
  stopRun: vi.fn(),
  deleteRun: vi.fn(),
  resumeRun: vi.fn(),
  updateRun: vi.fn(),
  scoreRunAgain: vi.fn(),
}))
beforeEach(() => {
  push.mockReset()
  vi.mocked(deleteRun).mockReset()
  vi.mocked(updateRun).mockReset()
})

const shown = (values: object, canExport = true) => show(<RunButtons run={aRun(values)} can={{ ...all, export: canExport }} />)
/** What stands in the bar, and after "More" what its menu has. */
const labels = (container: HTMLElement) =>
  [...container.querySelectorAll("button, a")].map((one) => one.getAttribute("aria-label") ?? one.textContent)

test("the samples of a run can be reviewed where the platform keeps reviews and there are samples", () => {
  const links = (values: object) => {
    const { unmount } = show(<RunButtons run={aRun(values)} can={{ ...all, review: true }} />)
    const found = screen.queryAllByRole("menuitem", { name: "Review samples", hidden: true }).map((one) => one.getAttribute("href"))
    unmount()
    return found
  }
  expect(links({})).toEqual(["/dashboard/evaluations/e1/review?blind=true"])
  expect(links({ total_samples: 0 })).toEqual([])
})

const half = { total_samples: 4, progress: { total: 10, started: 4, done: 4, errored: 0 } }
const withErrors = { progress: { total: 10, started: 10, done: 10, errored: 2 } }
const uploaded = { is_hosted: false, eval_config: null, attempt: null, progress: null }

test.each([
  [
    "under way",
    { status: "RUNNING", ...half },
    ["Share", "Stop", "More", "Compare", "Run again", "Copy as", "Report card", "Download", "Name, tags and notes", "Details"],
  ],
  [
    "waiting",
    { status: "PENDING", total_samples: 0, progress: null },
    ["Share", "Stop", "More", "Compare", "Run again", "Copy as", "Report card", "Name, tags and notes", "Details"],
  ],
  [
    "completed",
    {},
    [
      "Share",
      "Run again",
      "More",
      "Compare",
      "Score again",
      "Copy as",
      "Report card",
      "Download",
      "Show on the leaderboard",
      "Name, tags and notes",
      "Details",
      "Delete",
    ],
  ],
  [
    "completed with errors",
    withErrors,
    [
      "Share",
      "Retry errors",
      "More",
      "Compare",
      "Run again",
      "Score again",
      "Copy as",
      "Report card",
      "Download",
      "Show on the leaderboard",
      "Name, tags and notes",
      "Details",
      "Delete",
    ],
  ],
  [
    "failed half way",
    { status: "FAILED", ...half },
    [
      "Share",
      "Resume",
      "More",
      "Compare",
      "Run again",
      "Score again",
      "Copy as",
      "Report card",
      "Download",
      "Name, tags and notes",
      "Details",
      "Delete",
    ],
  ],
  [
    "without its environment",
    { environment: null },
    ["Share", "More", "Compare", "Report card", "Download", "Name, tags and notes", "Details", "Delete"],
  ],
  [
    "uploaded, under way",
    { status: "RUNNING", ...uploaded },
    ["Share", "More", "Compare", "Report card", "Download", "Name, tags and notes", "Details"],
  ],
  [
    "uploaded, stale",
    { status: "RUNNING", stale: true, ...uploaded },
    ["Share", "End", "More", "Compare", "Report card", "Download", "Name, tags and notes", "Details", "Delete"],
  ],
  [
    "uploaded, completed",
    uploaded,
    [
      "Share",
      "More",
      "Compare",
      "Score again",
      "Report card",
      "Download",
      "Show on the leaderboard",
      "Name, tags and notes",
      "Details",
      "Delete",
    ],
  ],
])("a run that is %s has its buttons", (_, values, expected) => {
  expect(labels(shown(values).container)).toEqual(expected)
})

test("a platform that exports nothing offers no download", () => {
  shown({}, false)
  expect(screen.queryByRole("menuitem", { name: "Download" })).toBeNull()
})

test("the form for another run is filled in from this one", () => {
  shown({})
  expect(screen.getByRole("link", { name: "Run again" }).getAttribute("href")).toMatch(/ann\/maze.*\?from=e1$/)
})

test("a run as text comes with the variables of a terminal, the traces' address among them", async () => {
  const { user } = shown({})
  await user.click(screen.getByRole("menuitem", { name: "Copy as" }))
  const variables = within(await screen.findByRole("dialog")).getByRole("group", { name: "variables" }).textContent
  for (const name of ["API_BASE", "FRONTEND", "TRACES"]) expect(variables).toContain(`PRIME_${name}_URL=${window.location.origin}`)
  await user.click(screen.getByRole("radio", { name: "curl" }))
  expect(within(screen.getByRole("dialog")).queryByRole("group", { name: "variables" })).toBeNull()
})

test("a deleted run leads to the list, one that was kept does not", async () => {
  vi.mocked(deleteRun).mockResolvedValueOnce({ ok: false, message: "Only its owner may delete it.", problems: [] })
  vi.mocked(deleteRun).mockResolvedValueOnce({ ok: true, value: null })
  const { user } = shown({})
  await user.click(screen.getByRole("menuitem", { name: "Delete" }))
  const confirm = within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" })
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
  expect(screen.queryByRole("button", { name: "Resume" }) !== null).toBe(isNext)
  expect(screen.queryByRole("menuitem", { name: "Resume" }) !== null).toBe(!isNext)
  expect(screen.queryByRole("menuitem", { name: "Run again" }) !== null).toBe(isNext)
})

test("a run's configuration and facts can be read on each of its tabs", async () => {
  const { user } = shown({ description: "Second try" })
  await user.click(screen.getByRole("menuitem", { name: "Details" }))
  const details = within(await screen.findByRole("dialog", { name: "maze run" }))
  for (const text of ["Second try", "3 min 05 s", "Number of examples"]) expect(details.getByText(text)).toBeTruthy()
})

test("a run's name, tags and notes are changed together, and what is refused stays in the form", async () => {
  vi.mocked(updateRun).mockResolvedValueOnce({ ok: false, message: "tags: at most 20", problems: [] })
  vi.mocked(updateRun).mockResolvedValueOnce({ ok: true, value: null })
  const { user } = shown({ tags: ["old"], notes: "Before" })
  await user.click(screen.getByRole("menuitem", { name: "Name, tags and notes" }))
  const form = within(await screen.findByRole("dialog"))
  await user.clear(form.getByLabelText("Name"))
  await user.type(form.getByLabelText("Name"), " First try ")
  await user.type(form.getByLabelText("Tags"), ", new,, new ")
  await user.type(form.getByLabelText("Notes"), " and **after**")
  await user.click(form.getByRole("button", { name: "Save" }))
  expect(await form.findByText("tags: at most 20")).toBeTruthy()
  expect((form.getByLabelText("Notes") as HTMLTextAreaElement).value).toBe("Before and **after**")
  await user.click(form.getByRole("button", { name: "Save" }))
  await waitFor(() => expect(screen.queryByLabelText("Notes")).toBeNull())
  expect(updateRun).toHaveBeenLastCalledWith("e1", { name: "First try", tags: ["old", "new"], notes: "Before and **after**" })
})

test("on a platform without tags and notes only the name is changed", async () => {
  vi.mocked(updateRun).mockResolvedValueOnce({ ok: true, value: null })
  const { user } = show(<RunButtons run={aRun({})} can={{ ...all, mark: false }} />)
  await user.click(screen.getByRole("menuitem", { name: "Rename" }))
  const form = within(await screen.findByRole("dialog"))
  expect(form.queryByLabelText("Notes")).toBeNull()
  await user.click(form.getByRole("button", { name: "Save" }))
  await waitFor(() => expect(updateRun).toHaveBeenCalledWith("e1", { name: "maze run" }))
})

test("rollouts are scored again by a chosen version, with weights that are numbers", async () => {
  vi.mocked(scoreRunAgain).mockResolvedValueOnce({ ok: true, value: "e2" })
  const { user } = shown({})
  await user.click(screen.getByRole("menuitem", { name: "Score again" }))
  const dialog = within(await screen.findByRole("dialog"))
  await user.click(dialog.getByRole("button", { name: "Score again" }))
  await waitFor(() => expect(push).toHaveBeenCalledWith("/dashboard/evaluations/e2"))
  expect(scoreRunAgain).toHaveBeenCalledWith("e1", { version: "latest", reward_weights: null, custom_secrets: null })
})

test.each([
  ["viewer", ["Share", "More", "Compare", "Run again", "Copy as", "Report card", "Download", "Details"]],
  [
    "runner",
    [
      ...["Share", "Run again", "More", "Compare", "Score again", "Copy as", "Report card", "Download"],
      ...["Show on the leaderboard", "Name, tags and notes", "Details"],
    ],
  ],
])("a %s of the team is offered what the role allows", (access_role, expected) => {
  const { container } = shown({
    status: "COMPLETED",
    access_role,
    total_samples: 10,
    progress: { total: 10, started: 10, done: 10, errored: 0 },
  })
  expect(labels(container)).toEqual(expected)
})
