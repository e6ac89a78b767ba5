import { describe, expect, test } from "vitest"
import { ApiError } from "../api/error.ts"
import { logLinesOf, selectLogLines } from "./log-lines.ts"
import type { PlatformReads } from "./reads.ts"
import { runReads } from "./run-reads.ts"
import { toSampleSummaries } from "./sample-summary.ts"
import { selectSummaries } from "./select-summaries.ts"

const rows = [
  {
    example_id: 0,
    prompt: [
      { role: "system", content: "s" },
      { role: "user", content: "How  many\npears?" },
    ],
    completion: [{ role: "assistant", content: "Three." }],
    reward: 1,
    metrics: { exact: 1, note: "text", broken: Number.NaN },
    timing: { total: 1.5 },
    token_usage: { input_tokens: 10, output_tokens: 4 },
    stop_condition: "max_turns_reached",
  },
  {
    example_id: 0,
    prompt: "p",
    completion: [],
    reward: 0,
    error: { error: "ModelError", message: "down", error_chain_str: "ModelError -> down" },
  },
  { example_id: 10, prompt: "p", completion: "c", reward: 0.25, is_truncated: true },
  { example_id: 2, prompt: "p", completion: "c", reward: Number.NaN },
]
const all = toSampleSummaries(rows)

describe("toSampleSummaries", () => {
  test("reads a verifiers row", () => {
    expect(all[0]).toMatchObject({
      sample_id: "0",
      seq: 1,
      example_id: "0",
      rollout_index: 0,
      reward: 1,
      metrics: { exact: 1 },
      outcome: "ok",
      error: null,
      duration_ms: 1500,
      input_tokens: 10,
      output_tokens: 4,
      prompt_preview: "How many pears?",
      completion_preview: "Three.",
    })
  })

  test("numbers the rollouts of an example, and tells errors and truncation from results", () => {
    expect(all.map((s) => [s.example_id, s.rollout_index, s.outcome, s.reward])).toEqual([
      ["0", 0, "ok", 1],
      ["0", 1, "error", 0],
      ["10", 0, "truncated", 0.25],
      ["2", 0, "ok", null],
    ])
    expect(all[1]?.error).toBe("ModelError: down")
  })
})

describe("selectSummaries", () => {
  const ids = (query: Parameters<typeof selectSummaries>[1]) => selectSummaries(all, query).samples.map((s) => s.seq)

  test("sorts examples by number and rewards with the missing ones last when descending", () => {
    expect(ids({})).toEqual([1, 2, 4, 3])
    expect(ids({ sort_by: "reward", sort_order: "desc" })).toEqual([1, 3, 2, 4])
    expect(ids({ sort_by: "metric:exact", sort_order: "desc" })[0]).toBe(1)
  })

  test("filters", () => {
    expect(ids({ outcome: "error" })).toEqual([2])
    expect(ids({ reward_min: 0.1 })).toEqual([1, 3])
    expect(ids({ example_id: "0", since_seq: 1 })).toEqual([2])
    expect(ids({ search: "PEARS" })).toEqual([1])
  })

  test("pages until nothing is left", () => {
    const first = selectSummaries(all, { limit: 3 })
    expect(first).toMatchObject({ total: 4, next: "3" })
    expect(selectSummaries(all, { limit: 3, after: first.next as string })).toMatchObject({ total: 4, next: null })
  })
})

test("log text becomes lines with a guessed level", () => {
  const lines = logLinesOf("a\nERROR b\nValueError: c\n")
  expect(lines.map((l) => [l.n, l.level])).toEqual([
    [0, "info"],
    [1, "error"],
    [2, "error"],
  ])
  expect(selectLogLines(lines, { limit: 1 })).toMatchObject({ lines: [{ n: 2 }], total: 3, next: 3 })
  expect(selectLogLines(lines, { from: 0, limit: 1, level: "error" })).toMatchObject({ lines: [{ n: 1 }], next: 2 })
})

describe("a platform without the extensions", () => {
  const notFound = async () => {
    throw new ApiError(404, "no such endpoint")
  }
  const plain: PlatformReads = {
    summaries: notFound,
    statistics: notFound,
    errorGroups: notFound,
    sample: notFound,
    sampleNodes: notFound,
    findings: notFound,
    reviewSummary: notFound,
    logLines: notFound,
    logHits: notFound,
    sandboxes: notFound,
    samples: async (page, limit) => ({
      evaluation_id: "e",
      samples: page === 1 ? rows : [],
      total: rows.length,
      page,
      limit,
      total_pages: 1,
    }),
    logText: async () => "one\ntwo",
  }

  test("gets the same shapes from the plain reads", async () => {
    const reads = runReads("e", plain)
    expect(await reads.statistics()).toMatchObject({ evaluation_id: "e", samples: 4, errored: 1, truncated: 1 })
    expect(await reads.summaries({ limit: 2 })).toMatchObject({ evaluation_id: "e", total: 4, next: "2" })
    expect(await reads.sample("2")).toMatchObject({ summary: { reward: 0.25 }, previous_id: "1", next_id: "3" })
    expect((await reads.errorGroups()).groups).toMatchObject([{ class: "inference_response", samples: 1, sample_id: "1" }])
    expect(await reads.logLines({})).toMatchObject({ total: 2 })
    expect(await reads.logHits({ search: "TWO", from: 0 })).toMatchObject({ numbers: [1], total: 2, next: 2 })
    expect(await reads.sandboxes()).toMatchObject({ sandboxes: [], total: 0 })
    await expect(reads.sample("9")).rejects.toThrow(ApiError)
  })
})
