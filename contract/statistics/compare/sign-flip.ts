import { normalTail } from "../special.ts"
import { randomBits } from "./random-bits.ts"

/** Up to so many differences every choice of signs is counted. */
const enumeratedMax = 20
/** Up to so many they are drawn; beyond, their sum is as good as normal. */
const drawnMax = 200
const draws = 20_000
/** Sums that differ by less than this part of the sum of sizes are the same: the order of adding changes their last digits. */
const noise = 1e-9

/**
 * The sign-flip permutation test of paired differences, one an example: the two-sided p-value that each is as likely to have the other
 * sign, by the size of their sum (Fisher 1935, Pitman 1937). It asks about the mean, as the interval does, where Wilcoxon's test asks about
 * ranks; for differences of −1, 0 and 1 it is McNemar's exact test.
 *
 * Zeros change nothing. Up to 20 other differences all signs are gone through; up to 200, 20,000 choices are drawn, always the same ones,
 * and p is (1 + as large)/(1 + drawn); beyond, the sum is taken as normal with the variance Σ d². 1 where every difference is 0.
 */
export function signFlipTest(differences: ArrayLike<number>): number {
  let count = 0
  let total = 0
  for (let i = 0; i < differences.length; i++) {
    const size = Math.abs(differences[i] as number)
    total += size
    if (size > 0) count++
  }
  if (count === 0) return 1
  // As shares of all sizes, so that no square exceeds the largest double.
  const shares = new Float64Array(count)
  let sum = 0
  let squares = 0
  count = 0
  for (let i = 0; i < differences.length; i++) {
    const share = (differences[i] as number) / total
    if (share === 0) continue
    sum += share
    squares += share * share
    shares[count++] = Math.abs(share)
  }
  const least = Math.abs(sum) - noise
  if (least <= 0) return 1
  if (count <= enumeratedMax) return enumerated(shares, least)
  if (count <= drawnMax) return drawn(shares, least)
  return Math.min(1, 2 * normalTail(least / Math.sqrt(squares)))
}

/** The share of all signs whose sum is at least as far from 0. The last sign stays: the other half mirrors this one. */
function enumerated(sizes: Float64Array, least: number): number {
  const free = sizes.length - 1
  const signs = new Int8Array(sizes.length).fill(1)
  let sum = sizes.reduce((all, one) => all + one, 0)
  let found = 0
  for (let step = 1; ; step++) {
    if (Math.abs(sum) >= least) found++
    // Gray code: each step turns one sign, the one of the lowest set bit.
    const turned = 31 - Math.clz32(step & -step)
    if (turned >= free) return found / 2 ** free
    signs[turned] = -(signs[turned] as number)
    sum += 2 * (signs[turned] as number) * (sizes[turned] as number)
  }
}

function drawn(sizes: Float64Array, least: number): number {
  const bits = randomBits()
  let found = 0
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0
    let word = 0
    for (let i = 0; i < sizes.length; i++) {
      word = i % 32 === 0 ? bits() : word >>> 1
      sum += word & 1 ? (sizes[i] as number) : -(sizes[i] as number)
    }
    if (Math.abs(sum) >= least) found++
  }
  return (1 + found) / (1 + draws)
}
