import { expect, test } from "vitest"
import { axisOf, placeOn, ticksOf, ticksUpTo } from "./axis.ts"

test("an axis is 0 to 1 where it can be, and else what its values need", () => {
  expect(axisOf([0.2, 0.3])).toEqual({ low: 0, high: 1 })
  expect(axisOf([])).toEqual({ low: 0, high: 1 })
  expect(axisOf([-2, 7])).toEqual({ low: -2, high: 7 })
  expect(axisOf([40, 40])).toEqual({ low: 0, high: 40 })
  expect(axisOf([-40])).toEqual({ low: -40, high: 0 })
})

test("ticks are round and lie on the axis", () => {
  expect(ticksOf({ low: 0, high: 1 })).toEqual([0, 0.25, 0.5, 0.75, 1])
  expect(ticksOf({ low: 0, high: 110 })).toEqual([0, 50, 100])
  expect(ticksOf({ low: -3.2, high: 4.1 })).toEqual([-2, 0, 2, 4])
  expect(ticksOf({ low: 0.1, high: 0.7 })).toEqual([0.2, 0.4, 0.6])
  for (const tick of ticksOf({ low: -1.7e308, high: 1.7e308 })) expect(Math.abs(tick)).toBeLessThanOrEqual(1.7e308)
})

test("a value has its place, also among huge ones and outside", () => {
  expect(placeOn(15, { low: 10, high: 20 })).toBe(0.5)
  expect(placeOn(30, { low: 10, high: 20 })).toBe(1)
  expect(placeOn(0, { low: -1.7e308, high: 1.7e308 })).toBe(0.5)
})

test("ticks from 0 reach what is highest", () => {
  expect(ticksUpTo(0.103)).toEqual([0, 0.05, 0.1, 0.15])
  expect(ticksUpTo(1)).toEqual([0, 0.25, 0.5, 0.75, 1])
  expect(ticksUpTo(0)).toEqual([0])
  for (const top of [1e-6, 0.0075, 3.99, 999]) expect(ticksUpTo(top).at(-1)).toBeGreaterThanOrEqual(top)
})
