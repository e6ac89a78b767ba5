import { describe, expect, test } from "vitest"
import { rewardShare } from "@/components/charts/reward-colour.ts"
import type { RunStatistics } from "@/contract/index.ts"
import { blocks } from "./blocks.ts"

const statistics = (examples: number, perExample = 1): RunStatistics =>
  ({
    samples: examples * perExample,
    example_groups: [{ from: "0", to: String(examples - 1), examples, count: examples * perExample, errored: 1, mean: 0.5 }],
  }) as RunStatistics

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

  test("finished, in progress, still to come", () => {
    expect(kinds(blocks(complete, statistics(2), 5, 1))).toEqual(["sample", "sample", "running", "pending", "pending"])
  })

  test("never fewer than have landed, whatever was expected", () => {
    expect(kinds(blocks(complete, statistics(2), 1, 3))).toEqual(["sample", "sample"])
    expect(kinds(blocks(complete, statistics(2), null, 0))).toEqual(["sample", "sample"])
  })

  test("a long run has one block per group of examples", () => {
    const list = blocks({ complete: false, cells: [] }, statistics(1500), 1500, 0)
    expect(list).toEqual([{ kind: "examples", from: "0", to: "1499", examples: 1500, count: 1500, errored: 1, mean: 0.5 }])
  })
})

test("rewards are placed on 0–1, or on their own range when it is wider", () => {
  expect(rewardShare(0.25, { min: 0.2, max: 0.3 })).toBe(0.25)
  expect(rewardShare(5, { min: 0, max: 10 })).toBe(0.5)
  expect(rewardShare(-1, { min: -1, max: 1 })).toBe(0)
  expect(rewardShare(1e308, { min: -1e308, max: 1e308 })).toBe(1)
  expect(rewardShare(0, { min: -1.7e308, max: 1.7e308 })).toBe(0.5)
})
