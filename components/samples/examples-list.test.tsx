import { render, screen, waitFor, within } from "@testing-library/react"
import userEvent from "@testing-library/user-event"
import { expect, test, vi } from "vitest"
import type { SampleSummary } from "@/contract/index.ts"
import { ExamplesList } from "./examples-list.tsx"
import { samplesSearch } from "./samples-search.ts"

vi.stubGlobal(
  "IntersectionObserver",
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
)

const sample = (example: number, rollout: number, change: object = {}) =>
  ({
    sample_id: `s${example}-${rollout}`,
    example_id: String(example),
    rollout_index: rollout,
    reward: 1,
    outcome: "ok",
    error: null,
    metrics: {},
    prompt_preview: `question ${example}`,
    completion_preview: `answer ${example}`,
    expected_preview: `right ${example}`,
    ...change,
  }) as SampleSummary

const show = (samples: SampleSummary[], change: object = {}) =>
  render(
    <ExamplesList
      runId="r"
      samples={samples}
      total={samples.length}
      state={samplesSearch.load({ outcome: "ok" })}
      hasMore={false}
      isLoadingMore={false}
      onLoadMore={() => {}}
      loadError={null}
      notice={null}
      {...change}
    />,
  )
const rows = () => within(screen.getByRole("list", { name: "Examples" })).getAllByRole("listitem")

test("an example is a row with its prompt, its answer beside the expected one, its rollouts and their mean", () => {
  show([sample(7, 0), sample(7, 1, { reward: 0, completion_preview: "<answer>other</answer>" }), sample(8, 0)])
  const [first] = rows()
  for (const text of ["question 7", "answer 7", "right 7", "0.5"]) expect(within(first as HTMLElement).getByText(text)).toBeTruthy()
  expect(within(first as HTMLElement).getByText("and 1 other")).toBeTruthy()
  expect(screen.getByRole("link", { name: "Rollout 2: reward 0" }).getAttribute("href")).toBe(
    "/dashboard/evaluations/r/samples/s7-1?outcome=ok",
  )
  expect(screen.getByRole("link", { name: "All samples" }).getAttribute("href")).toBe(
    "/dashboard/evaluations/r/samples?outcome=ok&as=table",
  )
})

test("an example of which every rollout failed says why", () => {
  show([sample(7, 0, { outcome: "error", reward: null, error: "ModelError: down", completion_preview: "" })])
  expect(screen.getByText("ModelError: down").className).toContain("text-danger")
  expect(screen.getByRole("link", { name: "Rollout 1: error" })).toBeTruthy()
})

test("j and k move from example to example", async () => {
  const user = userEvent.setup()
  show([sample(1, 0), sample(2, 0), sample(2, 1)])
  const focused = () => document.activeElement?.getAttribute("aria-label")
  for (const [key, name] of [
    ["j", "Example 1: question 1"],
    ["j", "Example 2: question 2"],
    ["k", "Example 1: question 1"],
  ] as const) {
    await user.keyboard(key)
    await waitFor(() => expect(focused()).toBe(name))
  }
})

test("a page of a hundred samples has at most 1,500 elements, whether they are of twenty examples or of a hundred", () => {
  for (const rollouts of [5, 1]) {
    const samples = Array.from({ length: 100 }, (_, i) => sample(Math.floor(i / rollouts), i % rollouts))
    const { container, unmount } = show(samples)
    expect(rows()).toHaveLength(100 / rollouts)
    expect(container.querySelectorAll("*").length).toBeLessThan(1500)
    unmount()
  }
})

test("rollouts that were reviewed are marked, in words too", () => {
  show([sample(7, 0, { review: { people: 1, rating: 1, labels: [], mine: null } }), sample(7, 1, { reward: 0 })])
  expect(screen.getByRole("link", { name: "Rollout 1: reward 1, reviewed" })).toBeTruthy()
  expect(screen.getByRole("link", { name: "Rollout 2: reward 0" })).toBeTruthy()
  expect(screen.getByText("outlined: reviewed")).toBeTruthy()
})
