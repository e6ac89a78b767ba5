import { screen, within } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { shownFacts } from "@/components/testing/facts.ts"
import { show } from "@/components/testing/show.tsx"
import { runStatistics } from "@/contract/statistics/statistics.ts"
import { ReportCard } from "./report-card.tsx"

const now = Date.parse("2025-03-13T00:00:00Z")
const samples = Array.from({ length: 10 }, (_, i) => ({
  example_id: String(i % 5),
  reward: i % 3 === 0 ? 0 : 1,
  metrics: { tidy: 0.5 },
  errored: i === 3,
  truncated: false,
}))

const shown = (values: object, statistics = runStatistics("e1", samples)) =>
  show(<ReportCard run={aRun({ viewer_url: "https://evals.example/e1", ...values })} statistics={statistics} attempts={[]} now={now} />)

test("a report says what was run, what came out in every reading of errors, and how sure that is", async () => {
  const { user } = shown({ eval_config: { num_examples: 5, rollouts_per_example: 2, sampling_args: { temperature: 0.5 } } })
  expect(screen.getByRole("heading", { name: /^Solves 60% of maze/ })).toBeTruthy()
  expect(shownFacts()).toMatchObject({
    Environment: "ann/maze@0.1.0",
    Model: "demo/novice",
    Sampling: "temperature = 0.5",
    Started: "2025-03-12 14:05:00 UTC",
    Took: "3 min 05 s",
    Id: "e1",
  })
  const means = within(screen.getByRole("region", { name: "Means" }))
  expect(means.getAllByRole("row").map((row) => row.textContent)).toEqual([
    expect.stringContaining("What"),
    expect.stringMatching(/^Mean reward, as recorded0\.6.*10$/),
    expect.stringMatching(/^… of rollouts without an error0\.6667.*9$/),
    expect.stringMatching(/^… with errors as 00\.6.*10$/),
    expect.stringMatching(/^Share of errors0\.1.*10$/),
  ])
  expect(screen.getByRole("region", { name: "With several tries" })).toBeTruthy()
  expect(screen.getByRole("region", { name: "Metrics" })).toBeTruthy()
  expect(screen.getByText(/ended with an error/)).toBeTruthy()
  expect(screen.getByText("https://evals.example/e1")).toBeTruthy()

  // The simulated browser has no printer.
  const print = vi.fn()
  vi.stubGlobal("print", print)
  await user.click(screen.getByRole("button", { name: "Print" }))
  expect(print).toHaveBeenCalledOnce()
  vi.unstubAllGlobals()
  await user.click(screen.getByRole("button", { name: "Copy the table in LaTeX" }))
  expect(await navigator.clipboard.readText()).toContain("\\texttt{ann/maze@0.1.0}")
})

test("a run that failed before its first rollout has a report, too", () => {
  shown({ status: "FAILED", total_samples: 0, error_message: "no such split" }, runStatistics("e1", []))
  expect(screen.getByRole("heading", { name: "No result" })).toBeTruthy()
  expect(screen.getByText(/no such split/)).toBeTruthy()
  expect(screen.queryByRole("region", { name: "Means" })).toBeNull()
  expect(screen.getByText("No rollout was done, so there is no result.")).toBeTruthy()
})
