import { describe, expect, test } from "vitest"
import type { RunStatistics, SampleSummary } from "@/contract/index.ts"
import type { RunReads, SamplesQuery } from "@/lib/fallback.ts"
import { selectSummaries } from "@/lib/fallback.ts"
import { blocks, medianDuration, readCells, rewardShare } from "./cells.ts"

const sample = (seq: number, example = String(seq)): SampleSummary =>
  ({
    sample_id: `s${seq}`,
    seq,
    example_id: example,
    rollout_index: 0,
    reward: 1,
    outcome: "ok",
    duration_ms: seq * 10,
    metrics: {},
  }) as SampleSummary

function platform(count: number) {
  const all = Array.from({ length: count }, (_, i) => sample(i + 1))
  const asked: SamplesQuery[] = []
  const reads = {
    summaries: async (query: SamplesQuery) => {
      asked.push(query)
      return { evaluation_id: "e", ...selectSummaries(all, query) }
    },
  } as RunReads
  return { all, asked, reads }
}

const statistics = (examples: number, perExample = 1): RunStatistics =>
  ({
    samples: examples * perExample,
    by_example: Array.from({ length: examples }, (_, i) => ({
      example_id: String(i),
      count: perExample,
      errored: i === 0 ? 1 : 0,
      mean: i === 1 ? null : 0.5,
      std: null,
    })),
  }) as RunStatistics

describe("readCells", () => {
  test("reads what came since, and nothing twice", async () => {
    const { all, asked, reads } = platform(3)
    const before = await readCells(reads)
    expect(await readCells(reads, before)).toBe(before)
    all.push(sample(4))
    const after = await readCells(reads, before)
    expect(after.cells.map((cell) => cell.id)).toEqual(["s1", "s2", "s3", "s4"])
    expect(asked.at(-1)).toMatchObject({ since_seq: 3 })
  })

  test("a rollout that was done again is drawn once, as it is now", async () => {
    const { all, reads } = platform(3)
    const before = await readCells(reads)
    all.splice(1, 1)
    all.push({ ...sample(4, "2"), supersedes: "s2" })
    expect((await readCells(reads, before)).cells.map((cell) => cell.id)).toEqual(["s1", "s3", "s4"])
  })

  test("a long run is cut to its first examples", async () => {
    const { reads } = platform(1500)
    const read = await readCells(reads)
    expect(read.complete).toBe(false)
    expect(read.cells).toHaveLength(1000)
  })
})

describe("blocks", () => {
  const complete = {
    complete: true,
    cells: [1, 2].map((seq) => ({
      id: `s${seq}`,
      seq,
      example: "1",
      rollout: 0,
      reward: 1,
      outcome: "ok" as const,
      durationMs: null,
      supersedes: null,
    })),
  }
  const kinds = (list: { kind: string }[]) => list.map((block) => block.kind)

  test("landed, under way, still to come", () => {
    expect(kinds(blocks(complete, statistics(2), 5, 1))).toEqual(["sample", "sample", "running", "pending", "pending"])
  })

  test("never fewer than have landed, whatever was expected", () => {
    expect(kinds(blocks(complete, statistics(2), 1, 3))).toEqual(["sample", "sample"])
    expect(kinds(blocks(complete, statistics(2), null, 0))).toEqual(["sample", "sample"])
  })

  test("a long run has one block per example or group", () => {
    const cells = { complete: false, cells: [] }
    expect(blocks(cells, statistics(500, 4), 2000, 0)).toHaveLength(500)
    const groups = blocks(cells, statistics(1500), 1500, 0)
    expect(groups).toHaveLength(500)
    expect(groups[0]).toEqual({ kind: "examples", from: "0", to: "2", examples: 3, count: 3, errored: 1, mean: 0.5 })
  })
})

test("rewards are placed on 0–1, or on their own range when it is wider", () => {
  expect(rewardShare(0.25, { min: 0.2, max: 0.3 })).toBe(0.25)
  expect(rewardShare(5, { min: 0, max: 10 })).toBe(0.5)
  expect(rewardShare(-1, { min: -1, max: 1 })).toBe(0)
})

test("the median of an even number of durations lies between the two in the middle", async () => {
  const { reads } = platform(4)
  expect(medianDuration(await readCells(reads))).toBe(25)
  expect(medianDuration({ cells: [], complete: true })).toBeNull()
})
