import { expect, test } from "vitest"
import { rewardShare } from "@/components/charts/reward-colour.ts"
import type { Cell } from "./cells.ts"
import { areFew, heatColumns } from "./heat-columns.ts"

const cell = (example: string, rollout: number, reward: number | null = 1): Cell => ({
  id: `${example}/${rollout}`,
  seq: rollout,
  example,
  rollout,
  reward,
  outcome: "ok",
  supersedes: null,
})

/** Each column as its example and a letter for each slot: the number of a rollout, r for running, - for pending. */
const drawn = (...given: Parameters<typeof heatColumns>) =>
  heatColumns(...given).map(
    ({ example, slots }) =>
      `${example ?? ""}:${slots.map((slot) => (slot.kind === "sample" ? slot.cell.rollout : slot.kind === "running" ? "r" : "-")).join("")}`,
  )

test("an ended run has the hardest example first, and those without a reward before them", () => {
  const cells = [cell("a", 0, 1), cell("b", 0, 0.2), cell("a", 1, 0.5), cell("b", 1, 0), cell("c", 0, null)]
  expect(drawn(cells, { rollouts: null, perExample: 2, underWay: 0, order: "hardest first" })).toEqual(["c:0", "b:01", "a:01"])
})

test("a run under way keeps the order of arrival, each rollout at its place, and fills up with what is to come", () => {
  const cells = [cell("7", 1, 0), cell("2", 0)]
  expect(drawn(cells, { rollouts: 7, perExample: 2, underWay: 2, order: "arrival" })).toEqual(["7:r1", "2:0r", ":--", ":-"])
})

test("never fewer than have landed, whatever was expected", () => {
  expect(drawn([cell("a", 0), cell("a", 5), cell("a", 5)], { rollouts: 1, perExample: 1, underWay: 3, order: "arrival" })).toEqual([
    "a:055",
  ])
})

test("without a number of rollouts an example has as many slots as have come", () => {
  expect(drawn([cell("a", 3), cell("b", 0)], { rollouts: 4, perExample: null, underWay: 0, order: "arrival" })).toEqual([
    "a:3",
    "b:0",
    ":-",
    ":-",
  ])
})

test("a long run is drawn in groups", () => {
  expect(areFew({ complete: true, cells: [] }, 600)).toBe(true)
  expect(areFew({ complete: true, cells: [] }, 601)).toBe(false)
  expect(areFew({ complete: false, cells: [] }, null)).toBe(false)
})

test("rewards are placed on 0–1, or on their own range when it is wider", () => {
  expect(rewardShare(0.25, { min: 0.2, max: 0.3 })).toBe(0.25)
  expect(rewardShare(5, { min: 0, max: 10 })).toBe(0.5)
  expect(rewardShare(-1, { min: -1, max: 1 })).toBe(0)
  expect(rewardShare(1e308, { min: -1e308, max: 1e308 })).toBe(1)
  expect(rewardShare(0, { min: -1.7e308, max: 1.7e308 })).toBe(0.5)
})
