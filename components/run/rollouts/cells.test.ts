import { describe, expect, test } from "vitest"
import type { Evaluation, SampleSummary } from "@/contract/index.ts"
import type { RunReads, SamplesQuery } from "@/lib/reads/reads.ts"
import { selectSummaries } from "@/lib/reads/select-summaries.ts"
import { readCells } from "./cells.ts"

const sample = (seq: number, example = String(seq)): SampleSummary =>
  ({
    sample_id: `s${seq}`,
    seq,
    example_id: example,
    rollout_index: 0,
    reward: 1,
    outcome: "ok",
    metrics: {},
  }) as SampleSummary

const run = { status: "COMPLETED", total_samples: 3, eval_config: { rollouts_per_example: 4 }, metadata: {} } as unknown as Evaluation

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

describe("readCells", () => {
  test("reads what came since, and nothing twice", async () => {
    const { all, asked, reads } = platform(3)
    const before = await readCells(reads, run)
    expect(await readCells(reads, run, before)).toBe(before)
    all.push(sample(4))
    const after = await readCells(reads, run, before)
    expect(after.cells.map((cell) => cell.id)).toEqual(["s1", "s2", "s3", "s4"])
    expect(asked.at(-1)).toMatchObject({ since_seq: 3 })
  })

  test("a rollout that was done again is drawn once, as it is now", async () => {
    const { all, reads } = platform(3)
    const before = await readCells(reads, run)
    all.splice(1, 1)
    all.push({ ...sample(4, "2"), supersedes: "s2" })
    expect((await readCells(reads, run, before)).cells.map((cell) => cell.id)).toEqual(["s1", "s3", "s4"])
  })

  test("cells stand in the order in which their samples were stored", async () => {
    const { all, reads } = platform(0)
    all.push(sample(1, "3"), sample(2, "1"), sample(3, "2"))
    expect((await readCells(reads, run)).cells.map((cell) => cell.id)).toEqual(["s1", "s2", "s3"])
  })

  test("a long run is cut to its first examples, with one read", async () => {
    const { asked, reads } = platform(1500)
    const read = await readCells(reads, { ...run, total_samples: 1500 })
    expect(read.complete).toBe(false)
    expect(read.cells).toHaveLength(50)
    expect(asked.map(({ limit }) => limit)).toEqual([200])
  })
})
