import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { deleteRun, stopRun } from "@/components/shared/run-actions.ts"
import { show } from "@/components/testing/show.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { ApiError } from "@/lib/api/error.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { runsSearch } from "./runs-search.ts"
import { RunsTable } from "./runs-table.tsx"

vi.mock("next/navigation", () => ({ usePathname: () => "/runs", unstable_rethrow: () => {} }))
vi.mock("@/lib/live/use-live.ts", () => ({ useLiveState: () => "connected", pollInterval: () => 30_000 }))
vi.mock("@/lib/api/browser.ts", () => ({ get: vi.fn() }))
vi.mock("@/components/shared/run-actions.ts", () => ({ stopRun: vi.fn(), deleteRun: vi.fn() }))
beforeEach(() => {
  vi.mocked(get).mockReset()
  vi.mocked(get).mockImplementation((path) =>
    path === "/evaluation-models" ? Promise.resolve({ models: ["demo/expert", "demo/novice"] }) : new Promise(() => {}),
  )
  vi.mocked(stopRun).mockReset()
  vi.mocked(deleteRun).mockReset()
})

const run = (id: string, values: object = {}): Evaluation =>
  ({
    evaluation_id: id,
    name: `run ${id}`,
    status: "COMPLETED",
    is_hosted: true,
    metadata: {},
    eval_config: { num_examples: 5, rollouts_per_example: 2 },
    inference_model: "demo/novice",
    environment: { id: "env", owner: "ann", name: "maze", version: "0.1.0", content_hash: null },
    avg_score: 0.75,
    total_samples: 10,
    created_at: new Date().toISOString(),
    updated_at: new Date().toISOString(),
    ...values,
  }) as unknown as Evaluation

function shown(
  evaluations: Evaluation[],
  searchParams: SearchParams = {},
  more: { total?: number; environment?: { id: string; launchHref: string } } = {},
) {
  const state = runsSearch.load(searchParams)
  const { total = evaluations.length, environment } = more
  const initial = { evaluations, total, skip: (state.page - 1) * 50, limit: 50 }
  return show(<RunsTable initial={initial} initialAt={Date.now()} state={state} {...(environment ? { environment } : {})} />)
}

const table = () => within(screen.getByRole("table"))

test("lists each run with its environment, model, reward and size", () => {
  shown([run("a")])
  const row = within(table().getAllByRole("row")[1] as HTMLElement)
  expect(row.getByRole("link", { name: "run a" }).getAttribute("href")).toBe("/dashboard/evaluations/a")
  expect(row.getByRole("link", { name: /^ann\/maze/ }).getAttribute("href")).toBe("/dashboard/environments/ann/maze")
  for (const text of ["demo/novice", "0.75", "n 10", "5 × 2", "Completed"]) expect(row.getByText(text)).toBeTruthy()
})

test("headers sort, say how the table is sorted, and keep the filters", () => {
  shown([run("a")], { sort: "name", type: "hosted", page: "2" }, { total: 60 })
  expect(table().getByRole("link", { name: "Model" }).getAttribute("href")).toBe("/runs?type=hosted&sort=model")
  const name = table().getByRole("link", { name: "Name and environment" })
  expect(name.getAttribute("href")).toBe("/runs?type=hosted&sort=name&order=desc")
  expect(name.closest("th")?.getAttribute("aria-sort")).toBe("ascending")
})

test("pages lead on and back, with everything else kept", () => {
  shown([run("a")], { model: "demo/novice", page: "2" }, { total: 120 })
  const pages = within(screen.getByRole("navigation", { name: "Pages" }))
  expect(pages.getByText("51–51 of 120")).toBeTruthy()
  expect(pages.getByRole("link", { name: "Previous" }).getAttribute("href")).toBe("/runs?model=demo/novice")
  expect(pages.getByRole("link", { name: "Next" }).getAttribute("href")).toBe("/runs?model=demo/novice&page=3")
})

test("an active run can be stopped after a question, which the list then shows, and a finished one deleted", async () => {
  vi.mocked(stopRun).mockResolvedValue({ ok: true, value: "" })
  const after = { evaluations: [run("a", { status: "CANCELLED" }), run("b")], total: 2, skip: 0, limit: 50 }
  vi.mocked(get).mockImplementation(async (path) => (path === "/evaluation-models" ? { models: [] } : after))
  const { user } = shown([run("a", { status: "RUNNING" }), run("b")])
  expect(table().getByRole("button", { name: "Delete run b" })).toBeTruthy()
  await user.click(table().getByRole("button", { name: "Stop run a" }))
  expect(stopRun).not.toHaveBeenCalled()
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Stop" }))
  await waitFor(() => expect(stopRun).toHaveBeenCalledWith("a"))
  expect(await screen.findByText("run a is being stopped")).toBeTruthy()
  expect(await table().findByText("Stopped")).toBeTruthy()
  expect(screen.queryByRole("dialog")).toBeNull()
})

test("a refusal to delete is shown where it was asked for", async () => {
  vi.mocked(deleteRun).mockResolvedValue({ ok: false, message: "Only its owner may delete it.", problems: [] })
  const { user } = shown([run("b")])
  await user.click(table().getByRole("button", { name: "Delete run b" }))
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Delete" }))
  expect(await within(screen.getByRole("dialog")).findByText("Only its owner may delete it.")).toBeTruthy()
})

test("an uploaded run that is active cannot be stopped from here", () => {
  shown([run("a", { status: "RUNNING", is_hosted: false })])
  expect(table().queryByRole("button", { name: /run a/ })).toBeNull()
})

test("runs that were just launched are marked and announced", async () => {
  shown([run("a"), run("b")], { started: "b" })
  expect(table().getAllByText("New")).toHaveLength(1)
  expect(await screen.findByText("Started: run b")).toBeTruthy()
})

test("without any run it says where to start; with filters it offers to clear them", () => {
  const { unmount } = shown([], {}, { environment: { id: "env", launchHref: "/launch" } })
  expect(screen.getByRole("link", { name: "Run an evaluation" }).getAttribute("href")).toBe("/launch")
  unmount()
  shown([], { q: "nothing", sort: "name" })
  expect(screen.getByText("No evaluation matches")).toBeTruthy()
  expect(screen.getByRole("link", { name: "Clear filters" }).getAttribute("href")).toBe("/runs?sort=name")
})

test("in an environment's own list its name is left out", () => {
  shown([run("a")], {}, { environment: { id: "env", launchHref: "/launch" } })
  expect(screen.queryByRole("link", { name: /ann\/maze/ })).toBeNull()
})

test("all models of the runs are offered, whichever is chosen and whatever page is shown", async () => {
  shown([run("a")], { model: "demo/novice", q: "maze", page: "2", sort: "name" })
  const select = screen.getByRole("combobox", { name: "Model" })
  const offered = () =>
    within(select)
      .getAllByRole("option")
      .map((option) => option.textContent)
  await waitFor(() => expect(offered()).toEqual(["Any model", "demo/expert", "demo/novice"]))
  const asked = vi.mocked(get).mock.calls.find(([path]) => path === "/evaluation-models")
  expect(asked?.[2]).toEqual({ search: "maze" })
})

test("a platform that does not list models has those of the runs shown", async () => {
  vi.mocked(get).mockRejectedValue(new ApiError(404, "no such endpoint"))
  shown([run("a", { inference_model: "demo/scholar" })])
  expect(within(screen.getByRole("combobox", { name: "Model" })).getByRole("option", { name: "demo/scholar" })).toBeTruthy()
  await waitFor(() => expect(get).toHaveBeenCalled())
})
