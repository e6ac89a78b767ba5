import { expect, test } from "vitest"
import { cohensKappa, pearson, spearman } from "./agreement.ts"

test("kappa and both correlations are those of scikit-learn and SciPy", () => {
  const rewards = [1, 0.4, 0.8, 0, 0.9, 0.3, 0.5, 1]
  const ratings = [1, 0, 1, 0.5, 0.5, 0, 0, 1]
  // cohen_kappa_score of what is at least 0.5; pearsonr; spearmanr.
  expect(cohensKappa({ bothPass: 4, bothFail: 2, onlyFirst: 1, onlySecond: 1 })).toBeCloseTo(0.4666666666666667, 12)
  expect(pearson(rewards, ratings)).toBeCloseTo(0.670607587692727, 12)
  expect(spearman(rewards, ratings)).toBeCloseTo(0.6970966755769256, 12)
})

test("agreement that chance alone would bring about says nothing", () => {
  expect(cohensKappa({ bothPass: 9, bothFail: 0, onlyFirst: 0, onlySecond: 0 })).toBeNull()
  expect(cohensKappa({ bothPass: 0, bothFail: 0, onlyFirst: 0, onlySecond: 0 })).toBeNull()
  expect(cohensKappa({ bothPass: 25, bothFail: 25, onlyFirst: 25, onlySecond: 25 })).toBe(0)
  expect(cohensKappa({ bothPass: 0, bothFail: 0, onlyFirst: 5, onlySecond: 5 })).toBe(-1)
})

test("a correlation needs values that vary, and bears the largest", () => {
  expect(pearson([0.1, 0.1, 0.1], [0, 0.5, 1])).toBeNull()
  expect(pearson([], [])).toBeNull()
  expect(pearson([1e300, -1e300, 0], [1, 0, 0.5])).toBeCloseTo(1, 12)
  expect(spearman([1, 10, 1000], [0, 0.5, 1])).toBeCloseTo(1, 12)
})
