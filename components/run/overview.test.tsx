import { screen, within } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { shownFacts } from "@/components/testing/facts.ts"
import { show } from "@/components/testing/show.tsx"
import type { ErrorGroup } from "@/contract/index.ts"
import { runStatistics, type ScoredSample } from "@/contract/statistics/statistics.ts"
import { get } from "@/lib/api/browser.ts"
import { Overview } from "./overview.tsx"
import type { Cell } from "./rollouts/cells.ts"

vi.mock("next/navigation", () => ({ useRouter: () => ({ push: () => {} }) }))
vi.mock("@/lib/live/use-live.ts", () => ({ useLiveState: () => "connected", pollInterval: () => 30_000 }))
vi.mock("@/lib/api/browser.ts", () => ({ get: vi.fn(() => new Promise(() => {})) }))

const sample = (example: string, reward: number | null, also: Partial<ScoredSample> = {}): ScoredSample => ({
  example_id: example,
  reward,
  metrics: {},
  errored: false,
  truncated: false,
  ...also,
})

const outcomeOf = ({ errored, truncated }: ScoredSample) => (errored ? "error" : truncated ? "truncated" : "ok")

function shown(values: object, samples: ScoredSample[] = [], groups: ErrorGroup[] = [], search = "") {
  const at = Date.now()
  const of = <T,>(data: T) => ({ data, at })
  const cells = samples.map(
    ({ example_id, reward }, i): Cell => ({
      id: `s${i}`,
      seq: i,
      example: example_id,
      rollout: samples.slice(0, i).filter((before) => before.example_id === example_id).length,
      reward,
      outcome: outcomeOf(samples[i] as ScoredSample),
      supersedes: null,
    }),
  )
  return show(
    <Overview
      id="e1"
      run={of(aRun({ total_samples: samples.length, ...values }))}
      statistics={of(runStatistics("e1", samples))}
      cells={of({ cells, complete: true })}
      log={of({ evaluation_id: "e1", lines: [], total: 0, next: null } as never)}
      errors={of({ evaluation_id: "e1", groups })}
      sandboxes={of({ evaluation_id: "e1", sandboxes: [], total: 0, active: 0, seconds: 0 })}
      attempts={null}
      notes={null}
    />,
    { search },
  )
}

const four = [sample("a", 1), sample("a", 0.2), sample("b", 0, { truncated: true }), sample("b", 0, { errored: true })]
const linksIn = (name: string) =>
  within(screen.getByRole(name === "Outcomes" ? "list" : "region", { name }))
    .getAllByRole("link")
    .map((link) => [link.textContent, link.getAttribute("href")])

test("a completed upload without samples says that there are none", () => {
  shown({ is_hosted: false, total_samples: 0, progress: null })
  expect(screen.getByText("No samples")).toBeTruthy()
  expect(screen.getByText(/closed before any sample was uploaded/)).toBeTruthy()
})

test("a run that ended while the page was read is shown with the samples that came last", async () => {
  const answer = runStatistics("e1", [sample("a", 1), sample("b", 1)])
  vi.mocked(get).mockImplementation((path) => (path.endsWith("/statistics") ? Promise.resolve(answer as never) : new Promise(() => {})))
  shown({ total_samples: 2 })
  expect(await screen.findByText(/over 2 examples/)).toBeTruthy()
  vi.mocked(get).mockImplementation(() => new Promise(() => {}))
})

test("each outcome is counted and leads to its samples", () => {
  shown({}, four)
  expect(screen.getByRole("list", { name: "Outcomes" }).textContent).toBe("1 pass1 fail1 truncated1 error")
  expect(linksIn("Outcomes")).toEqual([
    ["1 pass", "/dashboard/evaluations/e1/samples?outcome=ok&min=0.5"],
    ["1 fail", "/dashboard/evaluations/e1/samples?outcome=ok&max=0.2"],
    ["1 truncated", "/dashboard/evaluations/e1/samples?outcome=truncated"],
    ["1 error", "/dashboard/evaluations/e1/samples?outcome=error"],
  ])
})

test("the result is drawn with its mean and interval, and in a table for screen readers", () => {
  shown({}, [sample("a", 1), sample("a", 0.22), sample("b", 0)])
  expect(screen.getByRole("img", { name: /^Distribution of the reward over 2 examples, mean 0\.4067, 95 % interval / })).toBeTruthy()
  const rows = within(screen.getByRole("table", { name: "Distribution of the reward over examples" })).getAllByRole("row")
  expect(rows.map((row) => row.textContent)).toEqual(["RewardHow many", "0 to 0.0251", "0.6 to 0.6251"])
})

test("one example is drawn by its rollouts", () => {
  shown({}, [sample("a", 1), sample("a", 0.2)])
  expect(screen.getByRole("img", { name: "Distribution of the reward over 2 rollouts, mean 0.6" })).toBeTruthy()
})

test("what stands out: causes of errors, cut answers with what would help, luck, what never passes, what was lost and refused", async () => {
  const cause = {
    class: "inference_rate_limit",
    key: "k",
    title: "Too many requests",
    explanation: "It was refused.",
    advice: "Ask less often.",
    samples: 1,
    sample_id: "s3",
    first: { class: "inference_rate_limit", exception: "RateLimitError", message: "429", function: null, place: null },
    fix: null,
  } as ErrorGroup
  const values = {
    eval_config: { sampling_args: { max_tokens: 256 } },
    metadata: { lost_values: { count: 2, first: "reward" } },
    refused_permissions: ["sandbox"],
  }
  shown(values, [...four, sample("c", 0)], [cause])
  const list = screen.getByRole("region", { name: "What stands out" })
  await within(list).findByText("Too many requests")
  const said = within(list)
    .getAllByRole("listitem")
    .map((row) => row.textContent)
  expect(said[0]).toContain("1 rolloutToo many requests")
  expect(said[1]).toContain("1 rolloutCut off by a limit on tokens or contextRun again with 512 max tokens")
  expect(said[2]).toBe("1 examplePass in some rollouts and fail in others: a")
  expect(said[3]).toBe("2 examplesNever pass: b, c")
  expect(said[4]).toContain("2 values")
  expect(said[4]).toContain("The first is in reward.")
  expect(said[5]).toContain("1 permission")
  expect(said).toHaveLength(6)
  expect(linksIn("What stands out")).toContainEqual(["1 rollout", "/dashboard/evaluations/e1/samples?cause=inference_rate_limit&group=k"])
})

test("kinds of failures and doubtful rewards come after the page; errors have rows by their cause", async () => {
  const found = (name: string, outcome: string, ...ids: string[]) => ({ name, outcome, samples: ids.length, examples: 1, sample_ids: ids })
  const findings = {
    looked_at: 4,
    samples: 9,
    clusters: [
      found("stop with max_turns", "ok", "s1", "s2"),
      found("end with an error", "error", "s3"),
      // Kinds may have the same in common and differ in what no name tells.
      found("call add", "ok", "s4"),
      found("call add", "ok", "s5"),
    ],
    suspicions: [{ kind: "empty_answer", ...found("have the top score for an empty answer", "ok", "s0") }],
  }
  vi.mocked(get).mockImplementation((path) => (path.endsWith("/findings") ? Promise.resolve(findings as never) : new Promise(() => {})))
  shown({}, four)
  const list = await screen.findByRole("region", { name: "What stands out" })
  const alike = await within(list).findByText("Stop with max_turns")
  expect(alike.closest("li")?.textContent).toBe("2 rolloutsStop with max_turns, among the first 4 rolloutsThe first of them")
  expect(within(list).getByText("Have the top score for an empty answer")).toBeTruthy()
  expect(within(list).queryByText("End with an error")).toBeNull()
  expect(within(list).getAllByText("Call add")).toHaveLength(2)
  expect(linksIn("What stands out")).toContainEqual(["2 rollouts", "/dashboard/evaluations/e1/samples?only=s1%2Cs2"])
  vi.mocked(get).mockImplementation(() => new Promise(() => {}))
})

test("where nothing stands out, nothing is said", () => {
  shown({}, [sample("a", 1), sample("b", 1)])
  expect(screen.queryByRole("region", { name: "What stands out" })).toBeNull()
})

test("the facts say what ran, with what, how fast and at what cost", () => {
  const usage = { prompt_tokens: 900, cached_tokens: 0, completion_tokens: 100, reasoning_tokens: 0, requests: 10, cost_usd: 0.5 }
  const eval_config = { num_examples: 5, rollouts_per_example: 2, env_args: { seed: 7 }, sampling_args: { temperature: 0.5 } }
  shown(
    { usage, eval_config, created_by: "ann" },
    Array.from({ length: 10 }, (_, i) => sample(String(i >> 1), i % 2 ? 0.25 : 1, { duration_ms: 2400 })),
  )
  expect(shownFacts()).toEqual({
    Run: "maze run",
    Status: "Completed",
    Environment: "ann/maze@0.1.0",
    Model: "demo/novice",
    Sampling: "temperature = 0.5",
    Arguments: "seed = 7",
    Permissions: "none",
    Size: "5 × 2, 10 done",
    Started: "12 Mar 2025 by ann",
    Took: "3 min 05 s · 3.2 rollouts a minute",
    Rollout: "2.4 s in the median",
    Cost: "$0.50 · $0.05 each",
    Tokens: "900 in, 100 out",
    Reward: "0.25 to 1, std 0.3953",
    Quartiles: "0.25 · 0.625 · 1",
  })
})

test("a run that stopped by its suite leads to the comparison with what it was held against", () => {
  const verdict = { difference: 0.2, low: 0.1, high: 0.3, verdict: "above" as const }
  const settling = {
    ...{ kind: "settled" as const, verdict: "suite" as const, examples: 10, of: 40, mean: 0.5, low: 0.4, high: 0.6 },
    suite: ["b", "c"].map((id) => ({ ...verdict, evaluation_id: id })),
    saved: { rollouts: 30, cost_usd: null, seconds: null },
  }
  shown({ evaluation_id: "a", suite_id: "s", settling }, [sample("1", 1), sample("2", 0)])
  expect(screen.getByRole("link", { name: "launched with others" })).toBeTruthy()
  expect(screen.getByRole("link", { name: "compare" }).getAttribute("href")).toBe("/dashboard/evaluations/compare?runs=a,b,c")
})

test("a run by itself has no suite", () => {
  shown({}, [sample("1", 1)])
  expect(shownFacts()).not.toHaveProperty("Suite")
})

test("a metric is a row with its mean, interval and what lacks it", () => {
  shown({}, [
    sample("a", 1, { metrics: { exact: 1 } }),
    sample("b", 1, { metrics: { exact: 0, turns: 3 } }),
    sample("c", 1, { metrics: { exact: 1, turns: 5 } }),
  ])
  const metrics = within(screen.getByRole("region", { name: "Metrics" }))
  expect(metrics.getByRole("row", { name: /^exact .* 0\.6667 / })).toBeTruthy()
  expect(metrics.getByRole("row", { name: /^turns missing in 1 rollout .* 4 ≈ / })).toBeTruthy()
  expect(metrics.getByRole("img", { name: /^turns: mean 4, 95 % interval ≈ / })).toBeTruthy()
})

test("several tries are shown for examples with several rollouts", () => {
  shown({}, four)
  const rates = within(screen.getByRole("region", { name: "With several tries" }))
  expect(rates.getAllByRole("row").map((row) => row.textContent?.slice(0, 5))).toEqual(["kpass", "10.25", "20.50"])
  expect(rates.getByRole("img", { name: "From k = 1 to 2, pass@k goes from 0.25 to 0.5, pass^k from 0.25 to 0" })).toBeTruthy()
})

test("single rollouts have no several tries", () => {
  shown({}, [sample("a", 1), sample("b", 0)])
  expect(screen.queryByRole("region", { name: "With several tries" })).toBeNull()
})

test("a threshold in the address is asked for, and the slider shows it", () => {
  vi.mocked(get).mockClear()
  shown({}, four, [], "pass=0.9")
  expect(vi.mocked(get).mock.calls.map(([path, , query]) => [path, query])).toContainEqual([
    "/evaluations/{evaluation_id}/statistics",
    { pass_threshold: 0.9 },
  ])
  expect(screen.getByRole<HTMLInputElement>("slider", { name: "A rollout passes from a reward of" }).value).toBe("0.9")
})

test("a run under way says so, and shows what is to come", () => {
  shown({ status: "RUNNING", phase: "running", progress: { total: 8, started: 6, done: 4, errored: 1 } }, four)
  expect(screen.getByRole("heading", { name: "Scores 0.3 on average on maze, so far" })).toBeTruthy()
  const rollouts = screen.getByRole("region", { name: "Every rollout" })
  expect(rollouts.textContent).toContain("4 of 8 rollouts, 2 in progress")
  expect(rollouts.querySelectorAll("ul a")).toHaveLength(4)
  expect(rollouts.querySelectorAll("ul span")).toHaveLength(4)
})

test("a run that has just begun keeps the places of what is to come", () => {
  shown({ status: "RUNNING", phase: "installing", progress: null, eval_config: { num_examples: 3, rollouts_per_example: 2 } })
  expect(screen.getByRole("heading", { name: "No result yet" })).toBeTruthy()
  expect(screen.getByRole("list", { name: "Outcomes" }).textContent).toBe("0 pass0 fail0 truncated0 errors")
  expect(screen.getByRole("region", { name: "What stands out" }).textContent).toContain("Nothing so far.")
  expect(screen.getByRole("region", { name: "Every rollout" }).querySelectorAll("ul span")).toHaveLength(6)
})

test("a run that failed says why before anything else", () => {
  shown({ status: "FAILED", error_message: "It broke.", progress: { total: 10, started: 4, done: 4, errored: 1 } }, four)
  const [first] = screen.getAllByRole("heading", { level: 2 })
  expect(first?.textContent).toBe("The evaluation failed")
  expect(screen.getByRole("heading", { name: "Scores 0.3 on average on maze, in the 4 of 10 rollouts that it did" })).toBeTruthy()
})

test("Tab stops at the blocks once, and the arrows go along and across examples", async () => {
  const { user } = shown({}, four)
  const list = screen.getByRole("list", { name: "Rollouts by example" })
  const links = within(list).getAllByRole("link")
  expect(links.filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1)
  const at = () => document.activeElement?.getAttribute("aria-label")
  links[0]?.focus()
  // The hardest example is the first column.
  expect(at()).toBe("Example b, rollout 1: reward 0, truncated")
  await user.keyboard("{ArrowDown}")
  expect(at()).toBe("Example b, rollout 2: error")
  await user.keyboard("{ArrowRight}")
  expect(at()).toBe("Example a, rollout 2: reward 0.2")
  await user.keyboard("{ArrowUp}{ArrowUp}{ArrowLeft}")
  expect(at()).toBe("Example b, rollout 1: reward 0, truncated")
  await user.keyboard("{End}")
  expect(at()).toBe("Example a, rollout 2: reward 0.2")
})
