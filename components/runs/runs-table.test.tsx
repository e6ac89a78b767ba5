import { act, screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { deleteRun, stopRun } from "@/components/shared/run-actions.ts"
import { show } from "@/components/testing/show.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { ApiError } from "@/lib/api/error.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { runsSearch } from "./runs-search.ts"
import { RunsTable } from "./runs-table.tsx"

const push = vi.hoisted(() => vi.fn())
vi.mock("next/navigation", () => ({ usePathname: () => "/runs", useRouter: () => ({ push }), unstable_rethrow: () => {} }))
vi.mock("@/lib/live/use-live.ts", () => ({ useLiveState: () => "connected", pollInterval: () => 30_000 }))
vi.mock("@/lib/api/browser.ts", () => ({ get: vi.fn() }))
vi.mock("@/components/shared/run-actions.ts", () => ({ stopRun: vi.fn(), deleteRun: vi.fn() }))
beforeEach(() => {
  vi.mocked(get).mockReset()
  vi.mocked(get).mockImplementation((path) =>
    path === "/evaluation-models"
      ? Promise.resolve({ models: ["demo/expert", "demo/novice"] })
      : path === "/evaluation-tags"
        ? Promise.resolve({ tags: [] })
        : new Promise(() => {}),
  )
  push.mockReset()
  vi.mocked(stopRun).mockReset()
  vi.mocked(deleteRun).mockReset()
})

const run = (id: string, values: object = {}): Evaluation =>
  ({
    evaluation_id: id,
    name: `run ${id}`,
    status: "COMPLETED",
    is_hosted: true,
    tags: [],
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
  more: { total?: number; environment?: { id: string; launchHref: string }; canMark?: boolean } = {},
) {
  const state = runsSearch.load(searchParams)
  const { total = evaluations.length, environment, canMark = false } = more
  const initial = { evaluations, total, skip: (state.page - 1) * 50, limit: 50 }
  return show(
    <RunsTable initial={initial} initialAt={Date.now()} state={state} canMark={canMark} {...(environment ? { environment } : {})} />,
  )
}

const table = () => within(screen.getByRole("table"))

test("lists each run with its environment, model, reward and size", () => {
  shown([run("a", { interval95: { low: 0.6, high: 0.9, approximate: false }, usage: { cost_usd: 0.014 } })])
  const row = within(table().getAllByRole("row")[1] as HTMLElement)
  expect(row.getByRole("link", { name: "demo/novice · run a" }).getAttribute("href")).toBe("/dashboard/evaluations/a")
  expect(row.getByRole("img", { name: "Reward of demo/novice · run a: mean 0.75, 95 % interval 0.6 to 0.9" })).toBeTruthy()
  for (const text of ["ann/maze", "0.75", "5 × 2", "Completed", "$0.014"]) expect(row.getByText(text)).toBeTruthy()
})

test("a name that says no more than environment and model is left out", () => {
  shown([run("a", { name: "maze--demo/novice", environment_names: ["ann/maze"] })])
  expect(table().getByRole("link", { name: "demo/novice" })).toBeTruthy()
})

test("a failed run says why, a stopped one how far it came, and one under way what is left", () => {
  const progress = { total: 10, started: 6, done: 5, errored: 1 }
  const started_at = new Date(Date.now() - 60_000).toISOString()
  shown([
    run("a", { status: "FAILED", error_message: "secret OPENAI_API_KEY is missing", avg_score: null }),
    run("b", { status: "CANCELLED", total_samples: 5, progress }),
    run("c", { status: "RUNNING", phase: "running", started_at, progress }),
  ])
  for (const text of ["secret OPENAI_API_KEY is missing", "5 × 2, 5 done", ", 1 error"]) expect(table().getByText(text)).toBeTruthy()
  expect(table().getByRole("progressbar").getAttribute("aria-valuetext")).toBe("5 of 10, 1 with errors")
})

test("a hundred rows have few elements", () => {
  const many = Array.from({ length: 100 }, (_, i) => run(`${i}`, { interval95: { low: 0.6, high: 0.9, approximate: false } }))
  const { container } = shown(many, {}, { canMark: true })
  expect(container.querySelectorAll("*").length).toBeLessThanOrEqual(1500)
})

test("headers sort, say how the table is sorted, and keep the filters", () => {
  shown([run("a")], { sort: "model", type: "hosted", page: "2" }, { total: 60 })
  expect(table().getByRole("link", { name: "Reward" }).getAttribute("href")).toBe("/runs?type=hosted&sort=avg_score")
  const model = table().getByRole("link", { name: "Run" })
  expect(model.getAttribute("href")).toBe("/runs?type=hosted&sort=model&order=desc")
  expect(model.closest("th")?.getAttribute("aria-sort")).toBe("ascending")
})

test("columns that were chosen show metrics and configuration", () => {
  shown([run("a", { columns: { "metric:exact": 0.5, "config:env_args.level": "hard" } })], {
    columns: "metric:exact,config:env_args.level,metric:none",
  })
  expect(table().getByRole("columnheader", { name: "exact" })).toBeTruthy()
  for (const text of ["0.5", "hard"]) expect(table().getByRole("cell", { name: text })).toBeTruthy()
})

test("pages lead on and back, with everything else kept", () => {
  shown([run("a")], { model: "demo/novice", page: "2" }, { total: 120 })
  const pages = within(screen.getByRole("navigation", { name: "Pages" }))
  expect(pages.getByText("51–51 of 120")).toBeTruthy()
  expect(pages.getByRole("link", { name: "Previous" }).getAttribute("href")).toBe("/runs?model=demo/novice")
  expect(pages.getByRole("link", { name: "Next" }).getAttribute("href")).toBe("/runs?model=demo/novice&page=3")
})

async function menuOf(user: ReturnType<typeof show>["user"], name: string) {
  await user.click(table().getByRole("button", { name: `Actions of ${name}` }))
  return within(await screen.findByRole("menu"))
}

test("an active run can be stopped after a question, which the list then shows", async () => {
  vi.mocked(stopRun).mockResolvedValue({ ok: true, value: "" })
  const after = { evaluations: [run("a", { status: "CANCELLED" })], total: 1, skip: 0, limit: 50 }
  vi.mocked(get).mockImplementation(async (path) => (path === "/evaluation-models" ? { models: [] } : after))
  const { user } = shown([run("a", { status: "RUNNING" })])
  await user.click((await menuOf(user, "demo/novice · run a")).getByRole("menuitem", { name: "Stop…" }))
  expect(stopRun).not.toHaveBeenCalled()
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Stop" }))
  await waitFor(() => expect(stopRun).toHaveBeenCalledWith("a"))
  expect(await screen.findByText("run a is being stopped")).toBeTruthy()
  expect(await table().findByText("Stopped")).toBeTruthy()
})

test("on a platform that changes no runs at once, a deletion is asked for, and a refusal shown where it was", async () => {
  vi.mocked(deleteRun).mockResolvedValue({ ok: false, message: "Only its owner may delete it.", problems: [] })
  const { user } = shown([run("b")])
  const menu = await menuOf(user, "demo/novice · run b")
  expect(menu.queryByRole("menuitem", { name: "Archive" })).toBeNull()
  await user.click(menu.getByRole("menuitem", { name: "Delete…" }))
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Delete" }))
  expect(await within(screen.getByRole("dialog")).findByText("Only its owner may delete it.")).toBeTruthy()
})

test("an uploaded run that is active cannot be stopped from here", async () => {
  const { user } = shown([run("a", { status: "RUNNING", is_hosted: false })])
  expect((await menuOf(user, "demo/novice · run a")).queryByRole("menuitem", { name: "Stop…" })).toBeNull()
})

test("a range of rows is chosen with shift, and compared", async () => {
  const { user } = shown(
    ["a", "b", "c"].map((id) => run(id)),
    {},
    { canMark: true },
  )
  const box = (id: string) => table().getByRole("checkbox", { name: `Select demo/novice · run ${id}` })
  await user.click(box("a"))
  await user.keyboard("{Shift>}")
  await user.click(box("c"))
  await user.keyboard("{/Shift}")
  const bar = within(screen.getByRole("region", { name: "Selected evaluations" }))
  expect(bar.getByText("3 selected")).toBeTruthy()
  expect(bar.getByRole("link", { name: "Compare 3" }).getAttribute("href")).toBe("/dashboard/evaluations/compare?runs=a,b,c")
})

test("arrows move from row to row, x chooses, c compares", async () => {
  const { user } = shown(["a", "b", "c"].map((id) => run(id)))
  await user.keyboard("{ArrowDown}{ArrowDown}x{ArrowDown}x{ArrowDown}")
  expect(document.activeElement).toBe(table().getByRole("link", { name: "demo/novice · run c" }))
  expect(screen.getByText("2 selected")).toBeTruthy()
  await user.keyboard("c")
  expect(push).toHaveBeenCalledWith("/dashboard/evaluations/compare?runs=b,c")
})

test("a deletion can be taken back as long as it is held, and is sent when it no longer is", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  const sent = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async () => Response.json({ results: [{ evaluation_id: "gone", error: null }] }))
  const { user } = shown([run("a"), run("gone")], {}, { canMark: true })
  const remove = async () => user.click((await menuOf(user, "demo/novice · run gone")).getByRole("menuitem", { name: "Delete" }))
  await remove()
  expect(table().queryByText(/run gone/)).toBeNull()
  await user.click(screen.getByRole("button", { name: "Undo" }))
  expect(table().getByText(/run gone/)).toBeTruthy()
  await act(() => vi.advanceTimersByTimeAsync(20_000))
  expect(sent).not.toHaveBeenCalled()
  await remove()
  await act(async () => window.dispatchEvent(new Event("pagehide")))
  expect(sent).toHaveBeenCalledWith("/api/v1/evaluations/bulk", expect.objectContaining({ keepalive: true, method: "POST" }))
  expect(JSON.parse(sent.mock.lastCall?.[1]?.body as string)).toEqual({ evaluation_ids: ["gone"], action: "delete" })
  vi.useRealTimers()
  sent.mockRestore()
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
  expect(table().queryByText(/ann\/maze/)).toBeNull()
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

test("the reason of a failure stands where others have their numbers, unless columns were chosen between the two", () => {
  const failed = run("b", { status: "FAILED", avg_score: null, error_message: "The environment could not be loaded" })
  const { unmount } = shown([run("a"), failed])
  const cells = (id: string) => [...document.querySelectorAll<HTMLTableCellElement>(`[data-run="${id}"] > td`)]
  const columnsOf = (id: string) => cells(id).reduce((sum, { colSpan }) => sum + colSpan, 0)
  expect(columnsOf("b")).toBe(columnsOf("a"))
  expect(screen.getByText("The environment could not be loaded").closest("td")?.colSpan).toBe(2)
  expect(cells("b").some(({ dataset }) => dataset.cell === "reward")).toBe(false)
  unmount()
  shown([run("a"), failed], { columns: "config.seed" })
  expect(screen.getByText("The environment could not be loaded").closest("td")?.colSpan).toBe(1)
  expect(columnsOf("b")).toBe(columnsOf("a"))
})

test("rewards of a list have as many decimals as any of them needs", () => {
  shown([run("a", { avg_score: 1 }), run("b", { avg_score: 0.8542 }), run("c", { avg_score: 0.8 })])
  const rewards = [...document.querySelectorAll("[data-run]")].map((row) => row.querySelector("[data-cell=reward]")?.textContent)
  expect(rewards).toEqual(["1.0000", "0.8542", "0.8000"])
})
