import { randomFrom } from "../testing/random.ts"
import type { Observed } from "./observed.ts"

const names = ["Ada", "Bruno", "Chen", "Dalia", "Emre", "Fatou", "Goran", "Hiro", "Ines", "Jonas"]
const things = ["apples", "bolts", "cups", "doors", "eggs", "flags", "gears", "hats", "jars", "kites"]
const verbs = ["buys", "sells", "loses", "finds", "paints", "packs", "lends", "keeps"]

type Random = () => number
const one = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)] as T
const number = (random: Random): number => 2 + Math.floor(random() * 900)

/** A few sentences of arithmetic, as models write them. */
function reasoning(random: Random): string {
  const sentences = Array.from(
    { length: 2 + Math.floor(random() * 4) },
    () =>
      `${one(names, random)} ${one(verbs, random)} ${number(random)} ${one(things, random)} ${one(["first", "then", "later", "again"], random)}`,
  )
  return sentences.join(". ")
}

function clean(random: Random, i: number): Observed {
  const question = `${one(names, random)} has ${number(random)} ${one(things, random)}. ${reasoning(random)}. How many are left?`
  const answer = String(number(random))
  const usesTool = random() < 0.6
  return {
    sample_id: `s${i}`,
    example_id: String(Math.floor(i / 2)),
    reward: 1,
    metrics: { correct: 1, format: 1 },
    outcome: "ok",
    error: null,
    stop_condition: "completed",
    answer: `${reasoning(random)}. <answer>${answer}</answer>`,
    expected: answer,
    prompt: question,
    tools: usesTool ? ["calculate"] : [],
    lastToolFailed: false,
    calls: usesTool ? [`${number(random)} + ${number(random)}`] : [],
    results: usesTool ? [String(number(random))] : [],
  }
}

const wrong = { reward: 0, metrics: { correct: 0, format: 1 } }

/** Twelve causes of failures, each with what it leaves in a sample. */
export const plantedCauses: Record<string, (sample: Observed, random: Random) => Partial<Observed>> = {
  "the judge limits its rate": (_, random) => ({
    reward: null,
    metrics: {},
    outcome: "error",
    error: `RateLimitError: 429 Too many requests, retry in ${number(random)} ms (request ${Math.floor(random() * 1e9).toString(16)})`,
  }),
  "a rollout takes too long": (_, random) => ({
    reward: null,
    metrics: {},
    outcome: "error",
    error: `TimeoutError: the rollout took longer than ${number(random)} s`,
  }),
  "the rubric lacks a key": (_, random) => ({ reward: null, metrics: {}, outcome: "error", error: `KeyError: 'item_${number(random)}'` }),
  "the token limit": (_, random) => ({
    ...wrong,
    outcome: "truncated",
    stop_condition: "max_tokens",
    answer: `<reasoning>${reasoning(random)}`,
  }),
  "too many turns": (_, random) => ({
    ...wrong,
    stop_condition: "max_turns",
    tools: Array.from({ length: 4 + Math.floor(random() * 8) }, () => "calculate"),
    answer: reasoning(random),
  }),
  "an empty answer": () => ({ ...wrong, metrics: { correct: 0, format: 0 }, answer: "" }),
  "a refusal": (_, random) => ({
    ...wrong,
    metrics: { correct: 0, format: 0 },
    tools: [],
    answer: `I am sorry, but I cannot help with questions about ${one(things, random)} that belong to ${one(names, random)}.`,
  }),
  "no answer tags": (sample) => ({ ...wrong, metrics: { correct: 0, format: 0 }, answer: sample.answer.replaceAll(/<\/?answer>/g, "") }),
  "another unit": (_, random) => ({
    ...wrong,
    answer: `${reasoning(random)}. Converted to dozens as the unit of the final result: <answer>${number(random)}</answer>`,
  }),
  "a tool that does not find": (_, random) => ({
    ...wrong,
    tools: ["calculate", "look_up"],
    lastToolFailed: true,
    results: [`Error: there is no ${one(things, random)} in the catalogue`],
    answer: `${reasoning(random)}. <answer>${number(random)}</answer>`,
  }),
  "a tool after which it stops": (_, random) => ({
    ...wrong,
    tools: ["search", "calculate", "search"],
    answer: `${reasoning(random)}. <answer>${number(random)}</answer>`,
  }),
  "the question again": (_, random) => ({
    ...wrong,
    tools: [],
    answer: `Before I can go on, could you please tell me which of the ${one(things, random)} you mean? <answer>${number(random)}</answer>`,
  }),
}

/** Samples of a run without anything to find: all pass, but for some wrong numbers. */
export const cleanSamples = (count: number, seed: number): Observed[] => {
  const random = randomFrom(seed)
  return Array.from({ length: count }, (_, i) => {
    const sample = clean(random, i)
    return random() < 0.2 ? { ...sample, ...wrong } : sample
  })
}

/** Failures of the twelve causes in random order, and samples that pass. */
export function plantedFailures(count: number, seed: number): { failures: { sample: Observed; cause: string }[]; passed: Observed[] } {
  const random = randomFrom(seed)
  const causes = Object.entries(plantedCauses)
  const failures = Array.from({ length: count }, (_, i) => {
    const [cause, change] = causes[i % causes.length] as (typeof causes)[number]
    const sample = clean(random, i)
    return { sample: { ...sample, ...change(sample, random) }, cause, order: random() }
  })
  return {
    failures: failures.sort((a, b) => a.order - b.order).map(({ sample, cause }) => ({ sample, cause })),
    passed: Array.from({ length: count }, (_, i) => clean(random, count + i)),
  }
}
