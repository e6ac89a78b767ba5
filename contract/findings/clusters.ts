import { type FailureKinds, kindSamplesMin, nameShareMin } from "./kinds.ts"
import type { Noted } from "./noted.ts"
import { runTraits, type Trait, traitsOf } from "./signature.ts"

/** Failures that are alike. */
export interface Cluster {
  /** What they have in common and others have not: "end after a failed call of look_up". */
  name: string
  samples: readonly Noted[]
}

/** A trait names a kind that has it so much more often than other samples. */
const traitLeadMin = 0.3
const namedTraitsMax = 2

/**
 * Groups of failures, the largest first: their kinds (`FailureKinds`), and of those that are of none, which ended alike, and called the same tools.
 * @param failures the kinds of all samples that failed
 * @param all the samples of the run: a group is named by what the others have less often
 */
export function clustersOf(failures: FailureKinds, all: readonly Noted[]): Cluster[] {
  const traits = traitsReader(all)
  const keyOf = (sample: Noted, isTold: (kind: Trait["kind"]) => boolean) =>
    traits(sample).flatMap(({ kind, key }) => (isTold(kind) ? [key] : []))
  const { kinds, rest } = failures.finish()
  const others = groupBy(rest, (sample) => keyOf(sample, (kind) => kind !== "tools").join("\n")).flatMap((samples) => {
    const byTools = groupBy(samples, (sample) => keyOf(sample, (kind) => kind === "tools").join("\n"))
    const few = byTools.filter((group) => group.length < kindSamplesMin).flat()
    return [...byTools.filter((group) => group.length >= kindSamplesMin), ...(few.length > 0 ? [few] : [])]
  })
  const total = countTraits(all, traits)
  return [...kinds, ...others.map((samples) => ({ samples, phrase: failures.phraseOf(samples) }))]
    .map(({ samples, phrase }) => ({ samples, name: nameOf(samples, phrase, traits, total) }))
    .sort((a, b) => b.samples.length - a.samples.length)
}

type TraitsReader = (sample: Noted) => readonly Trait[]

/** Reads the traits of samples; those that are alike share them. */
function traitsReader(all: readonly Noted[]): TraitsReader {
  const run = runTraits(all)
  const known = new Map<string, Trait[]>()
  const of = new Map<Noted, Trait[]>()
  return (sample) => {
    const before = of.get(sample)
    if (before) return before
    const traits = traitsOf(sample, run)
    const key = traits.map((trait) => trait.words).join("\n")
    const shared = known.get(key) ?? traits
    known.set(key, shared)
    of.set(sample, shared)
    return shared
  }
}

function groupBy(samples: readonly Noted[], key: (sample: Noted) => string): Noted[][] {
  const groups = new Map<string, Noted[]>()
  for (const sample of samples) {
    const own = key(sample)
    const group = groups.get(own)
    if (group) group.push(sample)
    else groups.set(own, [sample])
  }
  return [...groups.values()]
}

interface Counts {
  samples: number
  of: Map<string, number>
}

function countTraits(samples: readonly Noted[], traits: TraitsReader): Counts {
  const of = new Map<string, number>()
  for (const sample of samples) for (const { key } of traits(sample)) of.set(key, (of.get(key) ?? 0) + 1)
  return { samples: samples.length, of }
}

/** What a group has in common and the run's other samples have less often; its words where no trait tells it apart. */
function nameOf(samples: readonly Noted[], phrase: string | null, traits: TraitsReader, total: Counts): string {
  const own = countTraits(samples, traits)
  const lead = (key: string): number => {
    const here = own.of.get(key) ?? 0
    const elsewhere = total.samples - own.samples
    return here / own.samples - (elsewhere > 0 ? ((total.of.get(key) ?? 0) - here) / elsewhere : 0)
  }
  const telling = traits(samples[0] as Noted)
    .filter(({ key }) => (own.of.get(key) ?? 0) / own.samples >= nameShareMin && lead(key) >= traitLeadMin)
    .sort((a, b) => lead(b.key) - lead(a.key))
  const of = (kind: Trait["kind"]) => telling.flatMap((one) => (one.kind === kind ? [one.words] : []))
  // An error says itself.
  const said = phrase === null || samples.every(({ outcome }) => outcome === "error") ? [] : [`say “${phrase}”`]
  const all = [...of("end"), ...said, ...of("tools"), ...of("reward")].slice(0, namedTraitsMax)
  return all.length > 0 ? all.join(" and ") : "have a low reward"
}
