import { expect, test } from "vitest"
import { betaCdf, betaQuantile, normalCdf, normalQuantile, normalTail, tCdf, tCentral, tQuantile975 } from "./special.ts"

// Expected values are SciPy 1.17.1's.

test.each([
  [0.975, 0.92, 5.08, 0.5022143765295586],
  [0.025, 0.1, 0.3, 1.1531060474959806e-15],
  [0.975, 1, 500, 0.007350610051907784],

  [0.5, 3, 7, 0.2862366680227827],
  [0.025, 40000.5, 60000.25, 0.3969675619602041],
  [0.975, 120000, 3, 0.9999948444552286],
  [0.975, 0.9, 99999, 3.474891133721594e-5],
])("the %f point of beta(%f, %f) is %f", (p, a, b, x) => {
  expect(Math.abs(betaQuantile(p, a, b) - x)).toBeLessThan(1e-11)
  expect(Math.abs(betaCdf(x, a, b) - p)).toBeLessThan(1e-9)
})

test.each([
  [1, 12.706204736174694],
  [2, 4.302652729749462],
  [4, 2.7764451051977934],
  [29, 2.045229642132703],
  [100, 1.9839715185235518],
  [100000, 1.9599877075346095],
])("the 97.5 %% point of Student's t with %f degrees of freedom is %f", (degrees, t) => {
  expect(Math.abs(tQuantile975(degrees) / t - 1)).toBeLessThan(1e-11)
  expect(tCdf(t, degrees)).toBeCloseTo(0.975, 10)
  expect(tCdf(-t, degrees)).toBeCloseTo(0.025, 10)
})

test.each([
  [1, 3.0776835371752544],
  [2, 1.8856180831641272],
  [5, 1.4758840488244815],
  [30, 1.3104150253913955],
])("the middle 80 %% of Student's t with %f degrees of freedom reaches %f", (degrees, t) => {
  expect(Math.abs(tCentral(0.8, degrees) / t - 1)).toBeLessThan(1e-11)
})

test.each([
  [6.22096057427174e-16, -8],
  [0.0013494549132607172, -3.0001],
  [0.001350341282954925, -2.9999],
  [0.15865525393145707, -1],
  [0.6914624612740131, 0.5],
  [0.9772498680518208, 2],
])("the normal distribution has %f below %f", (p, z) => {
  expect(Math.abs(normalCdf(z) / p - 1)).toBeLessThan(1e-11)
  expect(normalTail(Math.abs(z))).toBeCloseTo(Math.min(p, 1 - p), 13)
  expect(normalQuantile(p)).toBeCloseTo(z, 9)
})
