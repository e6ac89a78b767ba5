import { isTerminal } from "../run-states.ts"
import { formatDifference, formatDifferences, formatPValue, formatSize } from "../text/score-text.ts"
import type { ComparedRun, ComparedToBaseline, CompareResponse, PairVerdict } from "./compare.ts"
import { isOneLook } from "./one-look.ts"

export interface VerdictWords {
  /** What can be said. */
  claim: string
  /** By how much, or what would tell. */
  rest: string
  /** What proves it. */
  proof: string
}

/** A verdict beside a number. */
export const verdictText: Record<PairVerdict, string> = {
  better: "better",
  worse: "worse",
  equivalent: "equally good",
  cannot_tell: "cannot tell",
}

const examplesText = (count: number): string => `${count.toLocaleString("en-US")} ${count === 1 ? "example" : "examples"}`

/** What a comparison of two runs says, in the words that its interval allows. */
export function verdictWords(run: ComparedRun, baseline: ComparedRun, against: ComparedToBaseline, margin: number): VerdictWords {
  const { verdict, difference, interval95, examples, more_examples: more } = against
  if (difference === null || interval95 === null)
    return {
      claim: `${run.label} and ${baseline.label} cannot be compared`,
      rest: examples === 0 ? "as they have no example in common." : "by a single example.",
      proof: `${examplesText(against.cannot_compare)} ${against.cannot_compare === 1 ? "has" : "have"} a reward in one of them only.`,
    }
  const how =
    against.test === "betting_apart"
      ? "Each over the examples that it drew in an order of its own"
      : `Paired over the same ${examplesText(examples)}`
  const proof = `${how}: difference ${formatDifference(difference, interval95)}, 95 % interval ${formatDifferences(interval95)}, ${formatPValue(against.p_adjusted)}.`
  if (isOneLook(run, baseline))
    return {
      claim: `It cannot be told whether ${run.label} is better or worse than ${baseline.label},`,
      rest: "as one of them chose when to stop and the range of their rewards is not known.",
      proof: `${proof} Both are made for a number of examples that was fixed before.`,
    }
  // With few examples the interval covers more than 95 %, and may hold 0 where p is small.
  const isCautious = verdict === "cannot_tell" && against.p_adjusted <= 0.05
  switch (verdict) {
    case "better":
    case "worse":
      return {
        claim: `${run.label} is ${verdict} than ${baseline.label}`,
        rest: `by ${formatSize(difference, interval95)}, more than chance explains.`,
        proof,
      }
    case "equivalent":
      return { claim: `${run.label} and ${baseline.label} are equally good`, rest: `within ${margin}.`, proof }
    case "cannot_tell":
      return {
        claim: `Too close to call: ${run.label} may be better or worse than ${baseline.label}.`,
        rest: more === null ? "" : `About ${examplesText(more).replace(" example", " more example")} would settle it.`,
        proof: isCautious ? `${proof} The interval decides; with few examples it is more cautious than p.` : proof,
      }
  }
}

/** What a comparison of several runs says: who leads, or who cannot be told apart at the top. */
export function rankWords({ runs, groups }: Pick<CompareResponse, "runs" | "groups">): VerdictWords {
  const leaders = runs.filter(({ rank }) => rank.from === 1)
  const pairs = (runs.length * (runs.length - 1)) / 2
  const proof = `Every pair over the examples that both have, with Holm's correction over ${pairs} pairs; ${groups.length === 1 ? "all runs are one group" : `${groups.length} groups of runs that cannot be told apart`}.`
  const [first] = leaders
  if (leaders.length === 1 && first?.rank.to === 1)
    return { claim: `${first.label} is the best of ${runs.length} runs,`, rest: "by more than chance explains.", proof }
  const labels = leaders.map(({ label }) => label)
  const named = labels.length > 3 ? `${labels.slice(0, 3).join(", ")} and ${labels.length - 3} others` : joined(labels)
  return { claim: `Too close to call which of ${runs.length} runs is best:`, rest: `${named} may be.`, proof }
}

export interface UnderWayWords extends VerdictWords {
  /** No two runs have an example in common yet, so nothing else can be said. */
  isAll: boolean
}

/** How many of the runs are under way; null where all have ended. */
export function underWayWords(runs: readonly Pick<ComparedRun, "status" | "against_baseline">[]): UnderWayWords | null {
  const active = runs.filter(({ status }) => !isTerminal(status)).length
  if (active === 0) return null
  const isAll = !runs.some(({ against_baseline: against }) => (against?.examples ?? 0) > 0)
  const who =
    active === runs.length
      ? active === 2
        ? "Both runs are"
        : `All ${active} runs are`
      : `${active} of ${runs.length} runs ${active === 1 ? "is" : "are"}`
  const claim = `${who} under way.`
  return isAll
    ? { claim, rest: "They have no example in common yet.", proof: "The page follows them.", isAll }
    : { claim, rest: "What follows is of their rollouts so far, and may change.", proof: "", isAll }
}

const joined = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`

/** Claim and rest in one text. */
export const sentenceOf = ({ claim, rest }: Pick<VerdictWords, "claim" | "rest">): string => `${claim} ${rest}`.trim()
