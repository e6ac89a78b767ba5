import type { Noted } from "./noted.ts"

/** One thing that can be said of a sample, in words that fit behind a count: "4 rollouts stop at the token limit". */
export interface Trait {
  key: string
  words: string
  kind: "end" | "tools" | "reward"
}

const trait = (kind: Trait["kind"], key: string, words: string): Trait => ({ kind, key, words })
const toolsShown = 5

/** What is compared of all samples of a run before their traits are read. */
export interface RunTraits {
  /** Whether some sample called a tool. */
  usesTools: boolean
  /** Metrics that are 0 in some samples and not in others. */
  metrics: string[]
  /** Whether the sequences of tools repeat: where each sample has its own, they tell nothing. */
  sequencesTell: boolean
}

export function runTraits(samples: readonly Noted[]): RunTraits {
  const names = new Set(samples.flatMap(({ metrics }) => Object.keys(metrics)))
  const isMixed = (name: string) => samples.some(({ metrics }) => metrics[name] === 0) && samples.some(({ metrics }) => metrics[name] !== 0)
  const withTools = samples.filter(({ tools }) => tools !== "")
  const sequences = new Set(withTools.map(({ tools }) => tools))
  return {
    usesTools: withTools.length > 0,
    metrics: [...names].filter(isMixed).sort(),
    sequencesTell: sequences.size > 1 && sequences.size * 4 <= withTools.length,
  }
}

/** The traits of a sample: its error, how it stopped, its last tool and all of them, an empty answer, which parts of its reward are 0. */
export function traitsOf(sample: Noted, { usesTools, metrics, sequencesTell }: RunTraits): Trait[] {
  const traits: Trait[] = []
  if (sample.outcome === "error") {
    const message = sample.error ?? ""
    traits.push(trait("end", `error ${/^[\w.]+/.exec(message)?.[0] ?? ""}`, message === "" ? "end with an error" : `end with ${message}`))
  }
  if (sample.outcome === "truncated") traits.push(trait("end", "truncated", "are cut off at a limit"))
  if (sample.stop_condition) traits.push(trait("end", `stop ${sample.stop_condition}`, `stop with ${sample.stop_condition}`))
  const last = sample.lastTool
  if (last !== null && sample.lastToolFailed) traits.push(trait("end", `failed ${last}`, `end after a failed call of ${last}`))
  else if (last !== null) traits.push(trait("tools", `last ${last}`, `end after a call of ${last}`))
  else if (usesTools) traits.push(trait("tools", "no tool", "call no tool"))
  if (sequencesTell && sample.tools !== "") {
    const names = sample.tools.split(" → ")
    const shown = names.length > toolsShown ? `${names.slice(0, toolsShown).join(" → ")} → …` : sample.tools
    traits.push(trait("tools", `tools ${sample.tools}`, `call ${shown}`))
  }
  if (sample.isEmpty && sample.outcome !== "error") traits.push(trait("end", "empty", "have an empty answer"))
  for (const name of metrics)
    if (sample.metrics[name] === 0)
      traits.push(trait("reward", `zero ${name}`, `have 0 in ${name.trim() === "" ? "a metric without a name" : name}`))
  return traits
}
