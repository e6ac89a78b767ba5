import { expect, test } from "vitest"
import { predictionPoweredMean, type RatedSample } from "./prediction-powered.ts"

interface Sample {
  example: number
  reward: number
}

function sumsOf(samples: readonly Sample[]) {
  const sums: number[] = []
  const sizes: number[] = []
  for (const { example, reward } of samples) {
    sums[example] = (sums[example] ?? 0) + reward
    sizes[example] = (sizes[example] ?? 0) + 1
  }
  return { sums, sizes }
}

test("one sample an example: the estimate is that of PPI++", () => {
  const samples = [1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 0].map((reward, example) => ({ example, reward }))
  const rated = [1, 0, 1, 0, 0, 1].map((rating, i) => ({ ...(samples[i] as Sample), rating }))
  const found = predictionPoweredMean(sumsOf(samples), rated, true)
  expect(found?.weight).toBeCloseTo(2 / 3, 12)
  // ppi_mean_pointestimate of ppi-python, with λ (N − n) / N = 1/3.
  expect(found?.mean).toBeCloseTo(0.38888888888888895, 12)
  expect(found?.ratingsAlone.mean).toBe(0.5)
})

/** Twelve examples of two, of which twelve samples of ten examples are rated. */
const scaled = (scale: (reward: number) => number) => {
  const samples = Array.from({ length: 24 }, (_, i) => ({ example: i >> 1, own: ((i * 7) % 11) / 10 }))
  const rated = samples.flatMap(({ example, own }, i): RatedSample[] =>
    i % 5 !== 1 && i % 3 !== 2 ? [{ example, reward: scale(own), rating: Math.min(1, own * 0.6 + ((i * 5) % 7) / 14) }] : [],
  )
  return { sums: sumsOf(samples.map(({ example, own }) => ({ example, reward: scale(own) }))), rated }
}

test("several samples an example: weight and estimate are those of a calculation with NumPy", () => {
  const { sums, rated } = scaled((reward) => reward)
  const found = predictionPoweredMean(sums, rated, true)
  expect(found?.weight).toBeCloseTo(0.5148965930662404, 12)
  expect(found?.mean).toBeCloseTo(0.5102559125358606, 12)
  expect(found?.ratingsAlone.mean).toBeCloseTo(0.4952380952380952, 12)
})

test("rewards on another scale give the same estimate, and Student's t of NumPy and SciPy", () => {
  const { sums, rated } = scaled((reward) => reward * 10 - 2)
  const found = predictionPoweredMean(sums, rated, false)
  expect(found?.weight).toBeCloseTo(0.05148965930662403, 12)
  expect(found?.mean).toBeCloseTo(0.5102559125358606, 12)
  expect(found?.interval95.low).toBeCloseTo(0.38020845105122225, 9)
  expect(found?.interval95.high).toBeCloseTo(0.6403033740204989, 9)
  expect(found?.interval95.approximate).toBe(true)
})

test("raters who agree with every reward give its mean, without certainty; a reward that says nothing gives theirs", () => {
  const samples = Array.from({ length: 200 }, (_, i) => ({ example: i, reward: i % 4 === 0 ? 0 : 1 }))
  const rated = samples.slice(0, 20).map((one) => ({ ...one, rating: one.reward }))
  const agreed = predictionPoweredMean(sumsOf(samples), rated, true)
  expect(agreed?.mean).toBeCloseTo(0.75, 12)
  expect(Number(agreed?.interval95.high) - Number(agreed?.interval95.low)).toBeGreaterThan(0.12)
  const same = samples.map(({ example }) => ({ example, reward: 1 }))
  const blind = predictionPoweredMean(
    sumsOf(same),
    rated.map((one) => ({ ...one, reward: 1 })),
    true,
  )
  expect(blind).toMatchObject({ weight: 0, mean: 0.75 })
  expect(blind?.interval95.low).toBeCloseTo(Number(blind?.ratingsAlone.interval95?.low), 12)
  expect(blind?.interval95.high).toBeCloseTo(Number(blind?.ratingsAlone.interval95?.high), 12)
})

test("when every sample is rated the rewards count for nothing", () => {
  const rated = [0, 1, 1, 0.5].map((rating, example) => ({ example, reward: 1 - rating, rating }))
  const found = predictionPoweredMean(sumsOf(rated), rated, true)
  expect(found).toMatchObject({ weight: 0, mean: 0.625 })
  expect(found?.interval95.low).toBeCloseTo(Number(found?.ratingsAlone.interval95?.low), 12)
})

test("ratings of one example have no interval, and on another scale those of three", () => {
  const samples = [0, 1, 2].flatMap((example) => [1, 0].map((reward) => ({ example, reward })))
  const rate = (count: number) => samples.slice(0, count).map((one) => ({ ...one, rating: one.reward }))
  expect(predictionPoweredMean(sumsOf(samples), [], true)).toBeNull()
  expect(predictionPoweredMean(sumsOf(samples), rate(2), true)).toBeNull()
  expect(predictionPoweredMean(sumsOf(samples), rate(3), true)).not.toBeNull()
  expect(predictionPoweredMean(sumsOf(samples), rate(5), false)).toBeNull()
})

/** Mulberry32: numbers in [0, 1) that are the same each time. */
function numbersOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What a run is drawn from. A third of the examples are hard, the others easy; rewards miss right answers and take wrong ones. */
interface Design {
  examples: number
  rollouts: number
  rated: number
  hard: number
  easy: number
  missed: number
  mistaken: number
}

/** How often the interval has the mean rating of all runs that could be drawn. */
function coverage({ examples, rollouts, rated, hard, easy, missed, mistaken }: Design, runs: number): number {
  const next = numbersOf(20_250_311)
  const truth = (hard + 2 * easy) / 3
  let held = 0
  for (let run = 0; run < runs; run++) {
    const samples: RatedSample[] = []
    for (let example = 0; example < examples; example++) {
      const chance = next() < 1 / 3 ? hard : easy
      for (let i = 0; i < rollouts; i++) {
        const rating = Number(next() < chance)
        samples.push({ example, rating, reward: Number(next() < (rating === 1 ? 1 - missed : mistaken)) })
      }
    }
    const sums = sumsOf(samples)
    for (let i = 0; i < rated; i++) {
      const other = i + Math.floor(next() * (samples.length - i))
      const [one, two] = [samples[i] as RatedSample, samples[other] as RatedSample]
      samples[i] = two
      samples[other] = one
    }
    const found = predictionPoweredMean(sums, samples.slice(0, rated), true)
    if (found && found.interval95.low <= truth && truth <= found.interval95.high) held++
  }
  return held / runs
}

test.each<Design>([
  { examples: 40, rollouts: 5, rated: 50, hard: 0.3, easy: 0.8, missed: 0.05, mistaken: 0.1 },
  { examples: 100, rollouts: 1, rated: 30, hard: 0.5, easy: 0.95, missed: 0.02, mistaken: 0.3 },
  { examples: 60, rollouts: 4, rated: 20, hard: 0.2, easy: 0.6, missed: 0.5, mistaken: 0.5 },
])("in repeated runs the interval has the truth at least 93 times in a hundred: %o", (design) => {
  expect(coverage(design, 2000)).toBeGreaterThanOrEqual(0.93)
})
