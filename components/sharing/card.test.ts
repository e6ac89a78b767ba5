import { expect, test } from "vitest"
import type { SharedRun } from "@/contract/index.ts"
import { cardOf } from "./card.ts"

const reward = { mean: 0.5, min: 0, max: 1, interval95: { low: 0.25, high: 0.75 } }
const run = { model: "lab/<m>", environment: "maze@1.0", name: "n", samples: 8, examples: 4, reward } as unknown as SharedRun

test("a card draws the mean and its interval on the axis of its rewards", () => {
  const svg = cardOf(run)
  expect(svg).not.toMatch(/&(?!#\d+;)|<m>/)
  expect(svg).toContain('<circle class="mean" cx="240"')
  expect(svg).toContain('<rect class="band" x="130" y="85" width="220"')
  expect(svg).toContain("4 examples × 2 rollouts")
})

test("rewards beyond 0 to 1 widen the axis, and a run without a result says so", () => {
  const wide = { ...reward, mean: -3, min: -3, max: 1, interval95: null }
  expect(cardOf({ ...run, reward: wide } as unknown as SharedRun)).toContain('<circle class="mean" cx="20"')
  const none = cardOf({ ...run, reward: null })
  expect(none).toContain(">No result<")
  expect(none).not.toContain("<circle")
})
