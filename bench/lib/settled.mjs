import { meanInterval, unitLimits } from "../../contract/statistics/interval.ts"
import { pairedDifference } from "../../contract/statistics/pairs.ts"
import { confidenceSequence, errorOfPair, ratioSequence, sequencePValue } from "../../contract/statistics/settled/confidence-sequence.ts"
import { nextLook, settledVerdict } from "../../contract/statistics/settled/question.ts"
import { clustersOfMeans } from "./coverage.mjs"
import { KINDS, randomOf } from "./simulated-runs.mjs"

/**
 * @typedef {import("../../contract/statistics/settled/question.ts").Question} Question
 * @typedef {import("../../contract/statistics/settled/question.ts").Limits} Limits
 * @typedef {{ examples: number, question: Question, draw: (random: () => number) => Float64Array, drifts?: true }} Scene
 *   draw: the means of all examples, in the order of the data set; drifts: that order matters
 * @typedef {(seen: number[], count: number, question: Question) => Limits} Method
 */

/** @param {number} share of examples that pass @returns {(random: () => number) => number} */
const flip = (share) => (random) => Number(random() < share)

/** @param {number} examples @param {(i: number) => (random: () => number) => number} rewardOf @returns {(random: () => number) => Float64Array} */
const each = (examples, rewardOf) => (random) => Float64Array.from({ length: examples }, (_, i) => rewardOf(i)(random))

/** Graded rewards, four rollouts an example. @param {number} examples @returns {Scene["draw"]} */
const graded = (examples) => (random) => {
  const means = new Float64Array(examples)
  KINDS.graded?.({ examples, rollouts: 4, mean: 0.6, icc: 0.3, pool: 4 * examples }, random)?.draw(means)
  return means
}

/** @param {number} margin @returns {Question} */
const within = (margin) => ({ margin, threshold: null })
/** @param {number} threshold @returns {Question} */
const beside = (threshold) => ({ margin: null, threshold })

/** Runs with what they ask. The mean of a run's examples is the truth: what it would have come to, had all of them been asked. @type {Record<string, Scene>} */
export const SCENES = {
  "alike, ± 0.05": { examples: 400, question: within(0.05), draw: each(400, () => flip(0.8)) },
  "alike, above 0.7?": { examples: 400, question: beside(0.7), draw: each(400, () => flip(0.8)) },
  "mean at the threshold": { examples: 200, question: beside(0.5), draw: each(200, () => flip(0.5)) },
  "drift from 0.95 to 0.2, ± 0.1": {
    examples: 200,
    question: within(0.1),
    draw: each(200, (i) => flip(0.95 - (0.75 * i) / 199)),
    drifts: true,
  },
  "a hard last third, above 0.7?": {
    examples: 300,
    question: beside(0.7),
    draw: each(300, (i) => flip(i < 200 ? 0.9 : 0.1)),
    drifts: true,
  },
  "rare successes, below 0.1?": { examples: 300, question: beside(0.1), draw: each(300, () => flip(0.02)) },
  "rare successes, ± 0.03": { examples: 300, question: within(0.03), draw: each(300, () => flip(0.02)) },
  "graded, ± 0.03": { examples: 300, question: within(0.03), draw: graded(300) },
}

/** @type {Record<string, Method>} */
export const METHODS = {
  ours: (seen, count, question) => confidenceSequence(seen, count, [0, 1], question),
  // What a person does who watches the interval that is made for one look.
  "watched interval": (seen) => {
    const [low, high] = unitLimits(clustersOfMeans(Float64Array.from(seen)))
    return { low, high }
  },
}

/**
 * How often "settled" is wrong, and what part of the examples it saves.
 * @param {Scene} scene @param {{ runs: number, seed: number, method?: string, shuffled?: boolean }} options
 *   shuffled: whether examples are drawn at random, and not in the order of the data set
 * @returns {{ wrong: number, settled: number, saved: number }} shares of runs, and of examples
 */
export function settledOf({ examples, question, draw }, { runs, seed, method = "ours", shuffled = true }) {
  const random = randomOf(seed)
  const limitsOf = /** @type {Method} */ (METHODS[method])
  const found = { wrong: 0, settled: 0, saved: 0 }
  for (let run = 0; run < runs; run++) {
    const all = [...draw(random)]
    const truth = all.reduce((sum, one) => sum + one, 0) / examples
    if (shuffled) shuffle(all, random)
    for (let asked = 2; asked < examples; asked = nextLook(asked)) {
      const limits = limitsOf(all.slice(0, asked), examples, question)
      if (settledVerdict(limits, question) === null) continue
      found.settled += 1 / runs
      found.saved += (examples - asked) / examples / runs
      if (truth < limits.low - 1e-9 || truth > limits.high + 1e-9) found.wrong += 1 / runs
      break
    }
  }
  return found
}

/**
 * Runs that stop by one thing, and something else that is told of them then. Every example has both; NaN where it lacks what is told.
 * @typedef {{ examples: number, question: Question, isDifference: boolean, asked: "told" | "reward", draw: (random: () => number) => { reward: number, told: number }[] }} ToldScene
 *   isDifference: what is told lies between -1 and 1; asked: what the run stops by
 */

/** @param {number} examples @param {(i: number, random: () => number) => { reward: number, told: number }} one @returns {ToldScene["draw"]} */
const drawn = (examples, one) => (random) => Array.from({ length: examples }, (_, i) => one(i, random))

/** Two runs of an example: the share of `both` answers alike; else each passes by itself. @param {number} share @param {number} other @param {number} both @param {() => number} random */
function pairOf(share, other, both, random) {
  const luck = random()
  const isBoth = random() < both
  const first = Number(luck < share)
  const second = Number((isBoth ? luck : random()) < other)
  return { reward: second, told: second - first }
}

/** @type {Record<string, ToldScene>} */
export const TOLD_SCENES = {
  "stops once better or worse: better by 0.1": {
    examples: 400,
    question: beside(0),
    isDifference: true,
    asked: "told",
    draw: drawn(400, (_, random) => pairOf(0.6, 0.7, 0.6, random)),
  },
  "stops once better or worse: better by 0.3, a third is not in the baseline": {
    examples: 300,
    question: beside(0),
    isDifference: true,
    asked: "told",
    draw: drawn(300, (i, random) => {
      const { reward, told } = pairOf(0.4, 0.7, 0.5, random)
      return { reward, told: i % 3 === 0 ? Number.NaN : told }
    }),
  },
  "stops once better or worse: no difference": {
    examples: 300,
    question: beside(0),
    isDifference: true,
    asked: "told",
    draw: drawn(300, (_, random) => pairOf(0.6, 0.6, 0.3, random)),
  },
  "stops once better or worse: better on the first half, worse on the other": {
    examples: 300,
    question: beside(0),
    isDifference: true,
    asked: "told",
    draw: drawn(300, (i, random) => (i < 150 ? pairOf(0.3, 0.8, 0.5, random) : pairOf(0.8, 0.3, 0.5, random))),
  },
  "stops once better or worse: they seldom differ": {
    examples: 300,
    question: beside(0),
    isDifference: true,
    asked: "told",
    draw: drawn(300, (_, random) => pairOf(0.9, 0.92, 0.98, random)),
  },
  "stops when the difference is known to ± 0.05": {
    examples: 400,
    question: within(0.05),
    isDifference: true,
    asked: "told",
    draw: drawn(400, (_, random) => pairOf(0.5, 0.55, 0.8, random)),
  },
  "stops by its mean, above 0.6?: another metric": {
    examples: 300,
    question: beside(0.6),
    isDifference: false,
    asked: "reward",
    draw: drawn(300, (_, random) => {
      const reward = Number(random() < 0.6)
      return { reward, told: random() < 0.8 ? reward : Number(random() < 0.5) }
    }),
  },
  "stops by its mean, above 0.6?: the difference": {
    examples: 300,
    question: beside(0.6),
    isDifference: true,
    asked: "reward",
    draw: drawn(300, (_, random) => pairOf(0.6, 0.6, 0.3, random)),
  },
}

/** @typedef {(seen: number[], of: number, isDifference: boolean) => Limits} ToldMethod */
/** @type {Record<string, ToldMethod>} */
export const TOLD_METHODS = {
  ours: (seen, of, isDifference) => {
    const has = seen.map((value) => Number(!Number.isNaN(value)))
    const sums = seen.map((value) => (Number.isNaN(value) ? 0 : value))
    return ratioSequence({ sums, sizes: has, most: 1, of }, isDifference ? [-1, 1] : [0, 1], null)
  },
  "one look": (seen, _, isDifference) => {
    const values = seen.filter((value) => !Number.isNaN(value))
    const found = isDifference ? pairedDifference(values)?.interval95 : meanInterval({ values, examples: values.map((__, i) => i) }, [0, 1])
    return found ?? { low: -1, high: 1 }
  },
}

/**
 * How often what is told of a run is wrong when it has stopped, and what part of the examples it saves. What it stops by has the limits of a confidence
 * sequence; where that is what is told, those of the method.
 * @param {ToldScene} scene @param {{ runs: number, seed: number, method?: string }} options
 */
export function toldOf({ examples, question, isDifference, asked, draw }, { runs, seed, method = "ours" }) {
  const random = randomOf(seed)
  const limitsOf = /** @type {ToldMethod} */ (TOLD_METHODS[method])
  const found = { wrong: 0, settled: 0, saved: 0 }
  for (let run = 0; run < runs; run++) {
    const all = draw(random)
    const told = all.map((one) => one.told)
    const having = told.filter((value) => !Number.isNaN(value))
    const truth = having.reduce((sum, one) => sum + one, 0) / having.length
    const order = all.map((_, i) => i)
    shuffle(order, random)
    const of = (/** @type {"told" | "reward"} */ what, /** @type {number} */ count) =>
      order.slice(0, count).map((i) => /** @type {{ reward: number, told: number }} */ (all[i])[what])
    for (let count = 2; count < examples; count = nextLook(count)) {
      const settled =
        asked === "told"
          ? limitsOf(of("told", count), examples, isDifference)
          : confidenceSequence(of("reward", count), examples, [0, 1], question)
      if (settledVerdict(settled, question) === null) continue
      const limits = asked === "told" ? settled : limitsOf(of("told", count), examples, isDifference)
      found.settled += 1 / runs
      found.saved += (examples - count) / examples / runs
      if (truth < limits.low - 1e-9 || truth > limits.high + 1e-9) found.wrong += 1 / runs
      break
    }
  }
  return found
}

/**
 * Runs that are launched together and stop by each other: each once its difference from every other one is settled.
 * @typedef {{ examples: number, runs: number, margin: number | null, speeds: number[], draw: (i: number, random: () => number) => number[] }} SuiteScene
 *   speeds: how likely each run is to be done with its next example before the others; draw: what each run gets for an example
 */

/** Rewards of runs that pass so many examples each, where they find the same ones hard as often as `alike` says. @param {number[]} shares @param {number} alike @returns {SuiteScene["draw"]} */
const passing = (shares, alike) => (_, random) => {
  const luck = random()
  return shares.map((share) => Number((random() < alike ? luck : random()) < share))
}

/** @type {Record<string, SuiteScene>} */
export const SUITE_SCENES = {
  "a suite of three, one is worse": { examples: 300, runs: 3, margin: null, speeds: [1, 1, 1], draw: passing([0.7, 0.68, 0.4], 0.6) },
  "a suite of three, no difference, one slow": {
    examples: 200,
    runs: 3,
    margin: null,
    speeds: [3, 3, 1],
    draw: passing([0.6, 0.6, 0.6], 0.3),
  },
  "a suite of three, no difference, ± 0.15": {
    examples: 200,
    runs: 3,
    margin: 0.15,
    speeds: [1, 2, 3],
    draw: passing([0.6, 0.6, 0.6], 0.6),
  },
  "a suite of two, better on one half, worse on the other": {
    examples: 300,
    runs: 2,
    margin: null,
    speeds: [1, 2],
    draw: (i, random) => passing(i < 150 ? [0.3, 0.7] : [0.7, 0.3], 0.5)(i, random),
  },
  "a suite of six, evenly apart": {
    examples: 200,
    runs: 6,
    margin: null,
    speeds: [1, 1, 1, 1, 1, 1],
    draw: passing([0.3, 0.4, 0.5, 0.6, 0.7, 0.8], 0.7),
  },
}

/** What differences of two runs prove, drawn in order; null where they cannot settle anything yet. @type {Record<string, (seen: number[], of: number, scene: SuiteScene) => Limits | null>} */
export const SUITE_METHODS = {
  ours: (seen, of, { runs, margin }) => sequenceLimits(seen, of, margin, errorOfPair(runs)),
  "each pair at 5 %": (seen, of, { margin }) => sequenceLimits(seen, of, margin, 0.05),
  "one look": (seen) => pairedDifference(seen)?.interval95 ?? null,
}

/** @param {number[]} sums @param {number} of @param {number | null} margin @param {number} error @returns {Limits | null} */
function sequenceLimits(sums, of, margin, error) {
  const drawn = { sums, sizes: new Uint8Array(sums.length).fill(1), most: 1, of }
  // Limits leave out 0 exactly when this is so, and take sixty times as long.
  if (margin === null && sequencePValue(drawn, [-1, 1], 0) > error) return null
  return ratioSequence(drawn, [-1, 1], null, error)
}

/**
 * In how many suites any difference that a run stopped by lies outside of its limits, and what part of the examples the suites save.
 * @param {SuiteScene} scene @param {{ runs: number, seed: number, method?: string }} options runs: how many suites
 * @returns {{ wrong: number, settled: number, saved: number }} shares of suites, of runs and of examples
 */
export function suiteOf(scene, { runs: suites, seed, method = "ours" }) {
  const { examples, runs, margin, speeds, draw } = scene
  const random = randomOf(seed)
  const limitsOf = /** @type {NonNullable<(typeof SUITE_METHODS)[string]>} */ (SUITE_METHODS[method])
  const question = { margin, threshold: 0 }
  const found = { wrong: 0, settled: 0, saved: 0 }
  for (let suite = 0; suite < suites; suite++) {
    const order = Array.from({ length: examples }, (_, i) => i)
    const rewards = order.map((i) => draw(i, random))
    shuffle(order, random)
    const differences = (/** @type {number} */ own, /** @type {number} */ other) =>
      order.map((i) => {
        const all = /** @type {number[]} */ (rewards[i])
        return /** @type {number} */ (all[own]) - /** @type {number} */ (all[other])
      })
    const done = speeds.map(() => 0)
    const due = speeds.map(() => 2)
    const active = new Set(speeds.keys())
    let isWrong = false
    while (active.size > 0) {
      const run = nextOf([...active], speeds, random)
      const count = /** @type {number} */ (done[run]) + 1
      done[run] = count
      if (count === examples) active.delete(run)
      if (count === examples || count < /** @type {number} */ (due[run])) continue
      due[run] = nextLook(count)
      const others = [...speeds.keys()].filter((other) => other !== run)
      /** @type {boolean[]} */
      const misses = []
      for (const other of others) {
        const both = Math.min(count, /** @type {number} */ (done[other]))
        if (both < 2) break
        const all = differences(run, other)
        const limits = limitsOf(all.slice(0, both), examples, scene)
        if (!limits || settledVerdict(limits, question) === null) break
        const truth = all.reduce((sum, one) => sum + one, 0) / examples
        misses.push(truth < limits.low - 1e-9 || truth > limits.high + 1e-9)
      }
      if (misses.length < others.length) continue
      active.delete(run)
      isWrong ||= misses.some(Boolean)
      found.settled += 1 / (suites * runs)
      found.saved += (examples - count) / (suites * runs * examples)
    }
    if (isWrong) found.wrong += 1 / suites
  }
  return found
}

/** Which of some runs is done with an example first. @param {number[]} runs @param {number[]} speeds @param {() => number} random */
function nextOf(runs, speeds, random) {
  let left = random() * runs.reduce((sum, run) => sum + /** @type {number} */ (speeds[run]), 0)
  for (const run of runs) {
    left -= /** @type {number} */ (speeds[run])
    if (left < 0) return run
  }
  return /** @type {number} */ (runs.at(-1))
}

/** Fisher and Yates. @param {number[]} values @param {() => number} random */
function shuffle(values, random) {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const moved = /** @type {number} */ (values[i])
    values[i] = /** @type {number} */ (values[j])
    values[j] = moved
  }
}

/** The most that a share of at most 5 % may come to in so many runs by chance: 3 standard errors. @param {number} runs */
export const mostWrong = (runs) => 0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs)
