import { sameMessage } from "../failures/same-error.ts"
import type { Noted } from "./noted.ts"

/** Fewer failures are no kind, and pairs of words that fewer have tell none. */
export const kindSamplesMin = 3
/** Texts with so much in common are of one kind (Jaccard's index of their pairs of words). */
const likeMin = 0.5
/** A phrase names a kind of which so many have it. */
export const nameShareMin = 0.8
const phraseWordsMin = 3
const phraseWordsMax = 8

/** So many failures are looked at together to learn which kinds there are. */
const learnedAtOnce = 2000
/** After so many times, what is like no kind is told apart by its tools alone, lest a run in which nothing is alike takes for ever. */
const timesLearned = 10
/** Those of which most were found when they were learned are compared with what comes later. */
const kindsCompared = 200

/** A failure with its words. */
interface Worded {
  sample: Noted
  ending: string
  words: string[]
  /** Its pairs of words: those that others have, too, once that is known. */
  pairs: ReadonlySet<string>
}

/** Failures that ended alike and whose last words are alike. */
export interface Kind {
  samples: Noted[]
  phrase: string | null
}

interface Learned extends Kind {
  ending: string
  first: ReadonlySet<string>
  /** The pairs of words that told when it was learned. */
  telling: ReadonlySet<string>
}

/** How a sample ended: failures that did otherwise are never of one kind. */
function endingOf({ outcome, error, stop_condition, lastToolFailed, lastTool, isEmpty, metrics }: Noted): string {
  const zero = Object.keys(metrics).filter((name) => metrics[name] === 0)
  const failed = lastToolFailed ? lastTool : null
  const exception = outcome === "error" ? (/^[\w.]+/.exec(error ?? "")?.[0] ?? "") : null
  return JSON.stringify([outcome, exception, stop_condition, failed, isEmpty && outcome !== "error", zero.sort()])
}

const wordsOf = (text: string): string[] =>
  sameMessage(text)
    .toLowerCase()
    .match(/[\p{L}\p{N}#']+/gu) ?? []

const pairsOf = (words: readonly string[]): Set<string> =>
  new Set(words.length === 1 ? words : words.slice(1).map((word, i) => `${words[i]} ${word}`))

const within = (pairs: ReadonlySet<string>, telling: ReadonlySet<string>): Set<string> =>
  new Set([...pairs].filter((pair) => telling.has(pair)))

function isLike(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const [small, large] = one.size < other.size ? [one, other] : [other, one]
  if (small.size === 0 || small.size < likeMin * large.size) return false
  let common = 0
  for (const pair of small) if (large.has(pair)) common++
  return common / (one.size + other.size - common) >= likeMin
}

/**
 * Finds the kinds among the failures of a run, which come one by one. As soon as there are some thousand, those that ended alike are looked at together:
 * of their words' pairs those tell that at least 3 have, numbers taken as equal, and a failure joins the first group with whose first member it has at least
 * half of all pairs in common. A later failure joins a kind in the same way, and what is like none waits until there are as many again: so every failure
 * is looked at, and some thousand texts are held, however long the run is.
 */
export class FailureKinds {
  #waiting: Worded[] = []
  #kinds: Learned[] = []
  #rest: Noted[] = []
  #times = 0
  /** Those of the first time that are of no kind: they may be named by their words nevertheless. */
  #worded = new Map<Noted, Worded>()

  /** @param text what it said last, or its error */
  add(sample: Noted, text: string): void {
    const words = wordsOf(text)
    const failure: Worded = { sample, ending: endingOf(sample), words, pairs: pairsOf(words) }
    const kind = this.#kinds.find(
      ({ ending, first, telling }) => ending === failure.ending && isLike(first, within(failure.pairs, telling)),
    )
    if (kind) kind.samples.push(sample)
    else if (this.#times >= timesLearned) this.#rest.push(sample)
    else this.#waiting.push(failure)
    if (this.#waiting.length >= learnedAtOnce) this.#learn()
  }

  /** The kinds of all failures, and those that are of none. */
  finish(): { kinds: readonly Kind[]; rest: readonly Noted[] } {
    this.#learn()
    return { kinds: this.#kinds, rest: this.#rest }
  }

  /** What the members of a group that is of no kind say alike, as far as their words are known; null for nothing. */
  phraseOf(samples: readonly Noted[]): string | null {
    return phraseOf(samples.flatMap((sample) => this.#worded.get(sample) ?? []))
  }

  #learn(): void {
    const telling = frequentPairs(this.#waiting)
    const failures = this.#waiting.map((failure) => ({ ...failure, pairs: within(failure.pairs, telling) }))
    const byEnding = new Map<string, Worded[]>()
    for (const failure of failures) {
      const group = byEnding.get(failure.ending)
      if (group) group.push(failure)
      else byEnding.set(failure.ending, [failure])
    }
    const learned: Learned[] = []
    for (const [ending, group] of byEnding)
      for (const alike of alikeIn(group)) {
        const [first] = alike
        if (!first || alike.length < kindSamplesMin) this.#leave(alike)
        else learned.push({ ending, first: first.pairs, telling, samples: alike.map(({ sample }) => sample), phrase: phraseOf(alike) })
      }
    this.#kinds = [...this.#kinds, ...learned.sort((a, b) => b.samples.length - a.samples.length)].slice(0, kindsCompared)
    this.#waiting = []
    this.#times++
  }

  #leave(failures: readonly Worded[]): void {
    for (const failure of failures) {
      this.#rest.push(failure.sample)
      if (this.#times === 0) this.#worded.set(failure.sample, failure)
    }
  }
}

/** Pairs of words that at least 3 failures have. */
function frequentPairs(failures: readonly Worded[]): Set<string> {
  const counts = new Map<string, number>()
  for (const { pairs } of failures) for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + 1)
  return new Set([...counts].flatMap(([pair, count]) => (count >= kindSamplesMin ? [pair] : [])))
}

function alikeIn(failures: readonly Worded[]): Worded[][] {
  const groups: Worded[][] = []
  // Those that say most begin the groups.
  for (const failure of [...failures].sort((a, b) => b.pairs.size - a.pairs.size)) {
    const group = groups.find(([first]) => first && isLike(first.pairs, failure.pairs))
    if (group) group.push(failure)
    else groups.push([failure])
  }
  return groups
}

/** The longest run of words of the group's first text whose pairs nearly all of the group has; null where that is less than three different words. */
function phraseOf(failures: readonly Worded[]): string | null {
  const [first] = failures
  if (!first || failures.length < kindSamplesMin) return null
  const isCommon = (pair: string) => failures.filter(({ pairs }) => pairs.has(pair)).length >= nameShareMin * failures.length
  let best: string[] = []
  let current: string[] = []
  for (let i = 1; i < first.words.length; i++) {
    const [before, word] = [first.words[i - 1] as string, first.words[i] as string]
    current = isCommon(`${before} ${word}`) ? [...(current.length > 0 ? current : [before]), word] : []
    if (current.length > best.length) best = current
  }
  const said = new Set(best.filter((word) => /\p{L}{2}/u.test(word)))
  return said.size < phraseWordsMin ? null : best.slice(0, phraseWordsMax).join(" ") + (best.length > phraseWordsMax ? " …" : "")
}
