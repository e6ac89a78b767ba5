/**
 * Simulated runs whose true mean is known, as the means of their examples.
 *
 * @typedef {{ examples: number, rollouts: number, mean: number, icc: number, pool?: number }} Cell
 *   icc: the intraclass correlation of the examples' own rates (beta distributed); pool: how many examples graded ones are drawn from
 * @typedef {{ mean: number, draw: (means: Float64Array) => void }} Source
 *   mean: the true one; draw fills in a run's examples
 */

/** Random numbers in [0, 1): sfc32, as fast as Math.random and with a seed. @param {number} seed @returns {() => number} */
export function randomOf(seed) {
  let [a, b, c, d] = [0x9e3779b9 ^ seed, 0x243f6a88, 0xb7e15162, 1]
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 4294967296
  }
  for (let i = 0; i < 16; i++) next()
  return next
}

/** A gamma variable of scale 1 (Marsaglia and Tsang). @param {number} shape @param {() => number} random @returns {number} */
function gamma(shape, random) {
  if (shape < 1) return gamma(shape + 1, random) * random() ** (1 / shape)
  const d = shape - 1 / 3
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const v = (1 + x / Math.sqrt(9 * d)) ** 3
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

/** @param {number} a @param {number} b @param {() => number} random */
function beta(a, b, random) {
  if (a <= 0) return 0
  if (b <= 0) return 1
  const x = gamma(a, random)
  const y = gamma(b, random)
  return x + y > 0 ? x / (x + y) : Number(random() < a / (a + b))
}

/** The rate of one example: beta distributed around a mean. @param {number} mean @param {number} icc @param {() => number} random */
const rate = (mean, icc, random) => (icc === 0 ? mean : beta(mean * (1 / icc - 1), (1 - mean) * (1 / icc - 1), random))

/**
 * Examples drawn from a large pool of them, the mean of which is the true one exactly.
 * @param {Cell} cell @param {() => number} random @param {() => (() => number)} example makes the rewards of one example
 * @returns {Source}
 */
function pooled({ rollouts, pool: size = 1 << 17 }, random, example) {
  const pool = new Float64Array(size)
  let total = 0
  for (let i = 0; i < size; i++) {
    const reward = example()
    let sum = 0
    for (let j = 0; j < rollouts; j++) sum += reward()
    pool[i] = sum / rollouts
    total += sum / rollouts
  }
  return {
    mean: total / size,
    draw: (means) => {
      for (let i = 0; i < means.length; i++) means[i] = /** @type {number} */ (pool[Math.floor(random() * size)])
    },
  }
}

/** The mean of beta(4, 1.5), what is not 0 in zero-inflated rewards. */
const PART = 4 / 5.5
/** Two-peaked rewards are beta(1, 12) from either end, around these. */
const [LOW_PEAK, HIGH_PEAK] = [1 / 13, 12 / 13]

/**
 * Kinds of rewards, each a source for a cell; undefined where rewards of that kind cannot have that mean.
 * @type {Record<string, (cell: Cell, random: () => number) => Source | undefined>}
 */
export const KINDS = {
  // Beta-binomial as Pólya's urn: exact, and without a beta variable.
  "0/1": ({ rollouts, mean, icc }, random) => ({
    mean,
    draw: (means) => {
      const step = icc === 1 ? Number.POSITIVE_INFINITY : icc / (1 - icc)
      for (let i = 0; i < means.length; i++) {
        let passed = random() < mean ? 1 : 0
        if (icc === 1) passed *= rollouts
        else for (let j = 1; j < rollouts; j++) if (random() < (mean + passed * step) / (1 + j * step)) passed++
        means[i] = passed / rollouts
      }
    },
  }),
  graded: (cell, random) =>
    pooled(cell, random, () => {
      const center = rate(cell.mean, cell.icc, random)
      return () => beta(4 * center, 4 * (1 - center), random)
    }),
  "two-peaked": (cell, random) => {
    const share = (cell.mean - LOW_PEAK) / (HIGH_PEAK - LOW_PEAK)
    if (share <= 0.01 || share >= 0.99) return undefined
    return pooled(cell, random, () => {
      const high = rate(share, cell.icc, random)
      return () => (random() < high ? 1 - beta(1, 12, random) : beta(1, 12, random))
    })
  },
  "zero-inflated": (cell, random) => {
    const share = cell.mean / PART
    if (share >= 0.99) return undefined
    return pooled(cell, random, () => {
      const some = rate(share, cell.icc, random)
      return () => (random() < some ? beta(4, 1.5, random) : 0)
    })
  },
}

/**
 * The differences of two runs' 0/1 rollouts, example by example. The second run passes more by `difference`; `correlation` is the share of
 * rollouts that are decided alike in both.
 * @typedef {{ examples: number, rollouts: number, mean: number, difference: number, correlation: number }} PairCell
 * @param {PairCell} cell @param {() => number} random @param {Float64Array} differences gets one an example
 */
export function drawDifferences({ rollouts, mean, difference, correlation }, random, differences) {
  for (let i = 0; i < differences.length; i++) {
    const first = rate(mean, 0.3, random)
    const second = first + ((1 - first) * difference) / (1 - mean)
    let gained = 0
    for (let j = 0; j < rollouts; j++) {
      const chance = random()
      const other = random() < correlation ? chance : random()
      gained += Number(other < second) - Number(chance < first)
    }
    differences[i] = gained / rollouts
  }
}
