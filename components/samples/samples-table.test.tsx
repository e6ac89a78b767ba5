import { render, screen, waitFor, within } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { beforeEach, expect, test, vi } from "vitest"
import type { SampleSummary } from "@/contract/index.ts"
import { metricNames } from "./sample-pages.ts"
import { samplesSearch } from "./samples-search.ts"
import { SamplesTable } from "./samples-table.tsx"

const sample = (n: number, change: Partial<SampleSummary> = {}): SampleSummary => ({
  sample_id: `s${n}`,
  seq: n,
  example_id: String(n),
  rollout_index: 0,
  reward: 1,
  metrics: { a: 1, b: 0, c: 0, d: 0, e: 0.5 },
  outcome: "ok",
  error: null,
  error_class: null,
  stop_condition: null,
  input_tokens: 1000,
  output_tokens: 500,
  duration_ms: 1500,
  prompt_preview: `question ${n}`,
  completion_preview: `answer ${n}`,
  created_at: "2026-01-01T00:00:00Z",
  ...change,
})

function table(samples: SampleSummary[], change: Partial<React.ComponentProps<typeof SamplesTable>> = {}) {
  render(
    <SamplesTable
      runId="r"
      samples={samples}
      metrics={metricNames([], samples)}
      total={samples.length}
      state={samplesSearch.load({ outcome: "error", as: "table" })}
      order={{ by: "example", order: "asc" }}
      hasMore={false}
      isLoadingMore={false}
      onLoadMore={() => {}}
      loadError={null}
      notice={null}
      {...change}
    />,
  )
  return userEvent.setup()
}

test.each([
  [{ total: 2, hasMore: false }, "2 samples"],
  [{ total: 9, hasMore: true }, "2 of 9 samples"],
  [{ total: 500, hasMore: true, lookedThrough: 40 }, "2 of more than 500 samples"],
  [{ total: 2, hasMore: true, lookedThrough: 2000 }, "2 samples among the first 2,000"],
])("the number of samples says what was searched: %o", (props, text) => {
  table([sample(1), sample(2)], props)
  expect(screen.getByRole("status").textContent).toBe(text)
})

/** What the list's end calls when it comes near. Links observe themselves too, without a root. */
let comesNear: IntersectionObserverCallback | undefined
beforeEach(() => {
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(callback: IntersectionObserverCallback, { root }: IntersectionObserverInit = {}) {
        if (root) comesNear = callback
      }
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  )
})

test("a row says how its rollout went, and keeps the filter in its link", () => {
  table([sample(1), sample(2, { outcome: "error", error: "ModelError: down", reward: null })])
  expect(screen.getByRole("status").textContent).toBe("2 samples")
  const [, first, second] = screen.getAllByRole("row")
  expect(within(first as HTMLElement).getByText("answer 1")).toBeTruthy()
  expect(within(first as HTMLElement).getByText("1.5k")).toBeTruthy()
  expect(within(second as HTMLElement).getByText("ModelError: down")).toBeTruthy()
  expect(screen.getByRole("link", { name: "Example 2, rollout 1" }).getAttribute("href")).toBe(
    "/dashboard/evaluations/r/samples/s2?outcome=error&as=table",
  )
})

test("the column in force says its direction, and its link turns it round", () => {
  table([sample(1)])
  const header = screen.getByRole("columnheader", { name: "Example" })
  expect(header.getAttribute("aria-sort")).toBe("ascending")
  expect(within(header).getByRole("link").getAttribute("href")).toContain("sort=example&order=desc")
  expect(screen.getByRole("columnheader", { name: "a" }).querySelector("a")?.getAttribute("href")).toContain("sort=metric:a")
})

test("four metrics are shown until all are wanted", async () => {
  const user = table([sample(1)])
  expect(screen.queryByRole("columnheader", { name: "e" })).toBeNull()
  await user.click(screen.getByRole("button", { name: "All 5 metrics" }))
  expect(screen.getByRole("columnheader", { name: "e" })).toBeTruthy()
})

test("metrics of any name and kind have a column, sorted ones too", () => {
  const own = { metrics: { "": 1, constructor: 0.25 }, text_metrics: { grade: "A+" } }
  const names = ["", "constructor", "grade", "toString", "late"]
  table([sample(1, own), sample(2, { metrics: {} })], { metrics: names, order: { by: "metric:late", order: "desc" } })
  const cells = (row: number) =>
    within(screen.getAllByRole("row")[row] as HTMLElement)
      .getAllByRole("cell")
      .map((cell) => cell.textContent)
  expect(
    screen
      .getAllByRole("columnheader")
      .slice(6, 11)
      .map((header) => header.textContent),
  ).toEqual(["(no name)", ...names.slice(1)])
  expect(cells(1).slice(6, 11)).toEqual(["1", "0.25", "A+", "–", "–"])
  expect(cells(2).slice(6, 11)).toEqual(["–", "–", "–", "–", "–"])
  expect(screen.getByRole("columnheader", { name: "late" }).getAttribute("aria-sort")).toBe("descending")
})

test("j and k move from row to row", async () => {
  const user = table([sample(1), sample(2)])
  const focused = () => document.activeElement?.getAttribute("aria-label")
  await user.keyboard("j")
  await waitFor(() => expect(focused()).toBe("Example 1, rollout 1"))
  await user.keyboard("j")
  await waitFor(() => expect(focused()).toBe("Example 2, rollout 1"))
  await user.keyboard("k")
  await waitFor(() => expect(focused()).toBe("Example 1, rollout 1"))
})

test("the next page loads at the end of the list, or by the button after a failure", async () => {
  const onLoadMore = vi.fn()
  const user = table([sample(1)], { hasMore: true, total: 300, onLoadMore })
  expect(screen.getByRole("status").textContent).toBe("1 of 300 samples")
  comesNear?.([{ isIntersecting: true } as IntersectionObserverEntry], {} as IntersectionObserver)
  expect(onLoadMore).toHaveBeenCalledTimes(1)
  await user.click(screen.getByRole("button", { name: "Load more" }))
  expect(onLoadMore).toHaveBeenCalledTimes(2)
})
