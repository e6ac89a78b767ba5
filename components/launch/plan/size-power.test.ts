import { expect, test } from "vitest"
import { sizePower } from "./size-power.ts"

const size = (examples: number, rollouts: number) => ({ examples, rollouts })

test("a size says how near the mean will be, what it tells apart, and what twice as much would do", () => {
  expect(sizePower(null, size(50, 2), null)).toEqual({
    claim: "±\u00a00.12 around the mean; tells apart models that differ by 0.22 or more.",
    advice: "Twice the examples would see 0.15, twice the rollouts 0.19.",
    basis: "Assumes rewards of 0 or 1, passed half of the time.",
  })
})

test("what an earlier run showed takes the place of the assumption", () => {
  const rewards = { mean: 0.9, between: 0.05, within: 0.01, is_unit: true, examples: 400 }
  const power = sizePower(rewards, size(50, 2), null)
  expect(power.claim).toContain("differ by 0.11 or more")
  expect(power.basis).toBe("From how rewards scattered over 400 examples of an earlier run.")
})

test("there may be no more examples, or too few for twice as many", () => {
  expect(sizePower(null, size(50, 2), 50).advice).toBe("Twice the rollouts would see 0.19.")
  expect(sizePower(null, size(50, 2), 80).advice).toBe("All 80 examples would see 0.17, twice the rollouts 0.19.")
})

test("where rollouts of an example are all alike, more of them do not help", () => {
  const rewards = { mean: 0.5, between: 0.2, within: 0, is_unit: true, examples: 100 }
  expect(sizePower(rewards, size(50, 2), null).advice).toMatch(/^Twice the examples would see 0\.\d+; more rollouts would not help\.$/)
  expect(sizePower(rewards, size(50, 2), 50).advice).toBeNull()
})

test("a few examples tell no models apart, and one says nothing at all", () => {
  expect(sizePower(null, size(2, 1), null).claim).toMatch(/around the mean; too few to tell models apart\.$/)
  expect(sizePower(null, size(1, 9), null)).toMatchObject({ claim: "One example has no interval and tells no models apart.", advice: null })
})
