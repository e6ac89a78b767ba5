import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { expect, test } from "vitest"
import { passCurves } from "../contract/statistics/pass-curves.ts"
import { varianceSplit } from "../contract/statistics/variance.ts"
import { randomOf } from "./lib/simulated-runs.mjs"

test("a second implementation in plain Python agrees on pass@k, pass^k and the split of the variance of runs of any shape", () => {
  const random = randomOf(7)
  const cases = Array.from({ length: 80 }, (_, i) => {
    const top = random()
    const rewards = Array.from({ length: 2 + Math.floor(random() * 30) }, () => {
      const ease = random() ** 2
      return Array.from({ length: 1 + Math.floor(random() * (i % 8 === 0 ? 40 : 6)) }, () =>
        i % 3 === 0 ? random() * ease : random() < ease ? 1 : 0,
      )
    })
    return { rewards, threshold: i % 3 === 0 ? top : 0.5 }
  })
  const theirs = JSON.parse(
    execFileSync(String(process.env.PYTHON_BASE), [join(import.meta.dirname, "lib/passing.py")], {
      input: JSON.stringify(cases),
      encoding: "utf8",
    }),
  )
  cases.forEach(({ rewards, threshold }, i) => {
    const expected = theirs[i]
    for (const { k, pass_at, pass_all, examples } of passCurves(rewards, threshold)) {
      const [number, at, all, counted] = expected.pass[k - 1]
      expect([k, examples]).toEqual([number, counted])
      expect(Math.abs(pass_at - at), JSON.stringify(cases[i])).toBeLessThan(1e-9)
      expect(Math.abs(pass_all - all), JSON.stringify(cases[i])).toBeLessThan(1e-9)
    }
    const split = varianceSplit({ values: rewards.flat(), examples: rewards.flatMap((own, at) => own.map(() => at)) }, [0, 1])
    expect(Math.abs(Number(split?.between_examples) - Number(expected.between)), JSON.stringify(cases[i])).toBeLessThan(1e-9)
    expect(Math.abs(Number(split?.within_examples) - Number(expected.within)), JSON.stringify(cases[i])).toBeLessThan(1e-9)
    expect(split?.icc === null).toBe(expected.between === null || expected.between + expected.within === 0)
  })
})
