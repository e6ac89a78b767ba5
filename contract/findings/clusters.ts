import { sameMessage } from "../failures/same-error.ts"
import type { Observed } from "./observed.ts"
import { runTraits, type Trait, traitsOf } from "./signature.ts"

/** Failures that are alike. */
export interface Cluster {
  /** What they have in common and others have not: "end after a failed call of look_up". */
  name: string
  samples: Observed[]
}

/** Fewer failures are no kind, and pairs of words that fewer have tell none. */
const groupSamplesMin = 3
/** Texts with so much in common are of one kind (Jaccard's index of their pairs of words). */
const likeMin = 0.5
/** A trait names a kind that has it in so many of its failures, and so much more often than other samples. */
const traitShareMin = 0.8
const traitLeadMin = 0.3
const namedTraitsMax = 2
const phraseWordsMin = 3
const phraseWordsMax = 8

/**
 * Groups of failures, the largest first. Those that ended alike (error, stop condition, failed tool, parts of the reward) are looked at together; among
 * them, those whose last words are alike are one group, and the others are told apart by the tools that they called.
 * Texts: word pairs that at least 3 failures have, numbers taken as equal; a failure joins the first group whose first member has at least half of all
 * pairs in common with it.
 * @param failures samples that failed
 * @param others the other samples of the run: a group is named by what they have less often
 */
export function clustersOf(failures: readonly Observed[], others: readonly Observed[]): Cluster[] {
  const run = runTraits([...failures, ...others])
  const traits = new Map([...failures, ...others].map((sample) => [sample, traitsOf(sample, run)]))
  const pairs = frequentPairs(failures)
  const keyOf = (sample: Observed, isTold: (kind: Trait["kind"]) => boolean) =>
    (traits.get(sample) ?? []).flatMap(({ kind, key }) => (isTold(kind) ? [key] : [])).join("\n")
  const groups = groupBy(failures, (sample) => keyOf(sample, (kind) => kind !== "tools")).flatMap((samples) => {
    const { kinds, rest } = alike(samples, pairs)
    const byTools = groupBy(rest, (sample) => keyOf(sample, (kind) => kind === "tools"))
    const few = byTools.filter((group) => group.length < groupSamplesMin).flat()
    return [...kinds, ...byTools.filter((group) => group.length >= groupSamplesMin), ...(few.length > 0 ? [few] : [])]
  })
  const total = countTraits([...failures, ...others], traits)
  return groups
    .map((samples) => ({ samples, name: nameOf(samples, traits, total, pairs) }))
    .sort((a, b) => b.samples.length - a.samples.length)
}

function groupBy(samples: readonly Observed[], key: (sample: Observed) => string): Observed[][] {
  const groups = new Map<string, Observed[]>()
  for (const sample of samples) {
    const group = groups.get(key(sample))
    if (group) group.push(sample)
    else groups.set(key(sample), [sample])
  }
  return [...groups.values()]
}

const textOfFailure = ({ outcome, error, answer }: Observed): string => (outcome === "error" ? (error ?? "") : answer)

const words = (text: string): string[] =>
  sameMessage(text)
    .toLowerCase()
    .match(/[\p{L}\p{N}#']+/gu) ?? []

function pairsOf(text: string): Set<string> {
  const all = words(text)
  return new Set(all.length === 1 ? all : all.slice(1).map((word, i) => `${all[i]} ${word}`))
}

/** Of each failure the pairs of words that others have, too. */
function frequentPairs(failures: readonly Observed[]): Map<Observed, Set<string>> {
  const own = new Map(failures.map((sample) => [sample, pairsOf(textOfFailure(sample))]))
  const counts = new Map<string, number>()
  for (const pairs of own.values()) for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + 1)
  return new Map(
    [...own].map(([sample, pairs]) => [sample, new Set([...pairs].filter((pair) => (counts.get(pair) ?? 0) >= groupSamplesMin))]),
  )
}

function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  if (one.size === 0 || other.size === 0) return 0
  let common = 0
  for (const pair of one) if (other.has(pair)) common++
  return common / (one.size + other.size - common)
}

function alike(samples: readonly Observed[], pairs: ReadonlyMap<Observed, ReadonlySet<string>>): { kinds: Observed[][]; rest: Observed[] } {
  const none: ReadonlySet<string> = new Set()
  const of = (sample: Observed) => pairs.get(sample) ?? none
  const groups: Observed[][] = []
  // Those that say most begin the groups.
  for (const sample of [...samples].sort((a, b) => of(b).size - of(a).size)) {
    const group = groups.find(([first]) => first && likeness(of(first), of(sample)) >= likeMin)
    if (group) group.push(sample)
    else groups.push([sample])
  }
  return {
    kinds: groups.filter((group) => group.length >= groupSamplesMin),
    rest: groups.filter((group) => group.length < groupSamplesMin).flat(),
  }
}

interface Counts {
  samples: number
  of: Map<string, number>
}

function countTraits(samples: readonly Observed[], traits: ReadonlyMap<Observed, readonly Trait[]>): Counts {
  const of = new Map<string, number>()
  for (const sample of samples) for (const { key } of traits.get(sample) ?? []) of.set(key, (of.get(key) ?? 0) + 1)
  return { samples: samples.length, of }
}

/** What a group has in common and the run's other samples have less often; its words where no trait tells it apart. */
function nameOf(
  samples: readonly Observed[],
  traits: ReadonlyMap<Observed, readonly Trait[]>,
  total: Counts,
  pairs: ReadonlyMap<Observed, ReadonlySet<string>>,
): string {
  const own = countTraits(samples, traits)
  const lead = (key: string): number => {
    const here = own.of.get(key) ?? 0
    const elsewhere = total.samples - own.samples
    return here / own.samples - (elsewhere > 0 ? ((total.of.get(key) ?? 0) - here) / elsewhere : 0)
  }
  const telling = (traits.get(samples[0] as Observed) ?? [])
    .filter(({ key }) => (own.of.get(key) ?? 0) / own.samples >= traitShareMin && lead(key) >= traitLeadMin)
    .sort((a, b) => lead(b.key) - lead(a.key))
  const of = (kind: Trait["kind"]) => telling.flatMap((one) => (one.kind === kind ? [one.words] : []))
  const phrase = phraseOf(samples, pairs)
  // An error says itself.
  const said = phrase === null || samples.every(({ outcome }) => outcome === "error") ? [] : [`say “${phrase}”`]
  const all = [...of("end"), ...said, ...of("tools"), ...of("reward")].slice(0, namedTraitsMax)
  return all.length > 0 ? all.join(" and ") : "have a low reward"
}

/** The longest run of words of the group's first text whose pairs nearly all of the group has; null where that is less than three different words. */
function phraseOf(samples: readonly Observed[], pairs: ReadonlyMap<Observed, ReadonlySet<string>>): string | null {
  const [first] = samples
  if (!first || samples.length < groupSamplesMin) return null
  const all = words(textOfFailure(first))
  const isCommon = (pair: string) => samples.filter((sample) => pairs.get(sample)?.has(pair)).length >= traitShareMin * samples.length
  let best: string[] = []
  let current: string[] = []
  for (let i = 1; i < all.length; i++) {
    const [before, word] = [all[i - 1] as string, all[i] as string]
    current = isCommon(`${before} ${word}`) ? [...(current.length > 0 ? current : [before]), word] : []
    if (current.length > best.length) best = current
  }
  const said = new Set(best.filter((word) => /\p{L}{2}/u.test(word)))
  return said.size < phraseWordsMin ? null : best.slice(0, phraseWordsMax).join(" ") + (best.length > phraseWordsMax ? " …" : "")
}
