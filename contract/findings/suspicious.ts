import type { Noted } from "./noted.ts"

export const suspicionKinds = ["empty_answer", "answer_in_prompt", "answer_in_result", "grader_touched", "out_of_range"] as const
export type SuspicionKind = (typeof suspicionKinds)[number]

/** Samples with a suspicious reward: it may be right, and it is never changed. */
export interface Suspicion {
  kind: SuspicionKind
  name: string
  samples: Noted[]
}

/** What so many of the best samples have is how the environment works: an answer that is there to be found or copied. */
const usualShare = 0.2
/** A few samples are too few to know what is usual. */
const usualSamplesMin = 10

/**
 * Suspicious rewards: the best one for an empty answer; the expected answer in the prompt or in what a tool gave back, where that is not
 * usual in the run; a tool call that changes tests or reads what is right; a reward outside 0 to 1 where nearly all lie within.
 * @param samples all samples of a run that were looked at
 */
export function suspicionsOf(samples: readonly Noted[]): Suspicion[] {
  const rewards = samples.flatMap(({ reward }) => (reward === null ? [] : [reward]))
  const best = rewards.reduce((most, reward) => Math.max(most, reward), Number.NEGATIVE_INFINITY)
  const worst = rewards.reduce((least, reward) => Math.min(least, reward), Number.POSITIVE_INFINITY)
  // Where all rewards are the same, none is a top score.
  const top = best > worst ? samples.filter(({ reward, outcome }) => reward === best && outcome !== "error") : []
  const within = rewards.filter((reward) => reward >= 0 && reward <= 1).length
  const isUnit = within < rewards.length && within >= 0.95 * rewards.length
  const unusual = (found: Noted[]) => (top.length >= usualSamplesMin && found.length > usualShare * top.length ? [] : found)
  const found: Record<SuspicionKind, Noted[]> = {
    empty_answer: top.filter(({ isEmpty, lastTool }) => isEmpty && lastTool === null),
    answer_in_prompt: unusual(top.filter(({ answerInPrompt }) => answerInPrompt)),
    answer_in_result: unusual(top.filter(({ answerInResult }) => answerInResult)),
    grader_touched: unusual(samples.filter(({ grader }) => grader)),
    out_of_range: isUnit ? samples.filter(({ reward }) => reward !== null && (reward < 0 || reward > 1)) : [],
  }
  return suspicionKinds.map((kind) => ({ kind, name: suspicionWords[kind], samples: found[kind] })).filter((one) => one.samples.length > 0)
}

const suspicionWords: Record<SuspicionKind, string> = {
  empty_answer: "have the top score for an empty answer",
  answer_in_prompt: "have the top score, and the expected answer stands in the prompt",
  answer_in_result: "have the top score, and a tool gave back the expected answer",
  grader_touched: "touch tests or grader files",
  out_of_range: "have a reward outside 0 to 1",
}
