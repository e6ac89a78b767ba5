import { expect, test } from "vitest"
import { meanInterval } from "./interval.ts"
import { passCurves } from "./pass-curves.ts"

const of = (n: number, passed: number) => Array.from({ length: n }, (_, i) => (i < passed ? 1 : 0))
const ks = (rewards: number[][]) => passCurves(rewards).map(({ k }) => k)

test("pass@k and pass^k follow the formulas for every k", () => {
  // n = 4, c = 2: pass@2 = 1 - C(2,2)/C(4,2) = 5/6; pass^2 = C(2,2)/C(4,2) = 1/6.
  const curves = passCurves([of(4, 2), of(4, 2)])
  expect(curves.map(({ k }) => k)).toEqual([1, 2, 3, 4])
  expect(curves[0]).toMatchObject({ pass_at: 0.5, pass_all: 0.5, examples: 2 })
  expect(curves[1]?.pass_at).toBeCloseTo(5 / 6, 12)
  expect(curves[1]?.pass_all).toBeCloseTo(1 / 6, 12)
  expect(curves[2]).toMatchObject({ pass_at: 1, pass_all: 0 })
})

test("they are the shares of all choices of k rollouts, counted one by one", () => {
  const choices = (rewards: readonly number[], k: number): number[][] =>
    k === 0 ? [[]] : rewards.flatMap((reward, i) => choices(rewards.slice(i + 1), k - 1).map((rest) => [reward, ...rest]))
  const rewards = [0.9, 0.1, 0.7, 0.2, 0.4, 0.6]
  for (const { k, pass_at, pass_all } of passCurves([rewards], 0.6)) {
    const chosen = choices(rewards, k)
    const share = (test: (some: number[]) => boolean) => chosen.filter(test).length / chosen.length
    expect(pass_at).toBeCloseTo(
      share((some) => some.some((reward) => reward >= 0.6)),
      12,
    )
    expect(pass_all).toBeCloseTo(
      share((some) => some.every((reward) => reward >= 0.6)),
      12,
    )
  }
})

test("an example counts for k when it has as many rewards", () => {
  const curves = passCurves([of(4, 1), of(2, 2), of(1, 0)])
  expect(curves.map(({ examples }) => examples)).toEqual([3, 2, 1, 1])
  expect(curves[1]?.pass_at).toBeCloseTo((0.5 + 1) / 2, 12)
})

test("the band is the interval of the examples' values; one example has none", () => {
  const rewards = [of(3, 1), of(3, 3), of(3, 0), of(3, 2)]
  const found = passCurves(rewards)[1]?.pass_at_interval95
  const expected = meanInterval({ values: [2 / 3, 1, 0, 1], examples: [0, 1, 2, 3] }, [0, 1])
  expect(found?.low).toBeCloseTo(Number(expected?.low), 12)
  expect(found?.high).toBeCloseTo(Number(expected?.high), 12)
  expect(passCurves([of(3, 1)])[0]?.pass_at_interval95).toBeNull()
})

test("there is none for single rollouts, and beyond 64 the powers of two are left", () => {
  expect(ks([[1], [0]])).toEqual([])
  expect(ks([of(300, 7)]).slice(62)).toEqual([63, 64, 128, 256])
  for (const { pass_at, pass_all } of passCurves([of(2048, 1000)]))
    for (const share of [pass_at, pass_all]) expect(share >= 0 && share <= 1).toBe(true)
})
