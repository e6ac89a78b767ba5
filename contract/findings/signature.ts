import type { Observed } from "./observed.ts"

/** One thing that can be said of a sample, in words that fit behind a count: "4 rollouts stop at the token limit". */
export interface Trait {
  key: string
  words: string
  kind: "end" | "tools" | "reward"
}

const trait = (kind: Trait["kind"], key: string, words: string): Trait => ({ kind, key, words })
const toolsShown = 5

/** Calls of a tool one after the other count once. */
const sequenceOf = (tools: readonly string[]): string => tools.filter((name, i) => name !== tools[i - 1]).join(" → ")

const firstLine = (text: string): string => {
  const line = text.split("\n").find((one) => one.trim() !== "") ?? ""
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}

/** What is compared of all samples of a run before their traits are read. */
export interface RunTraits {
  /** Whether some sample called a tool. */
  usesTools: boolean
  /** Metrics that are 0 in some samples and not in others. */
  metrics: string[]
  /** Whether the sequences of tools repeat: where each sample has its own, they tell nothing. */
  sequencesTell: boolean
}

export function runTraits(samples: readonly Observed[]): RunTraits {
  const names = new Set(samples.flatMap(({ metrics }) => Object.keys(metrics)))
  const isMixed = (name: string) => samples.some(({ metrics }) => metrics[name] === 0) && samples.some(({ metrics }) => metrics[name] !== 0)
  const withTools = samples.filter(({ tools }) => tools.length > 0)
  const sequences = new Set(withTools.map(({ tools }) => sequenceOf(tools)))
  return {
    usesTools: withTools.length > 0,
    metrics: [...names].filter(isMixed).sort(),
    sequencesTell: sequences.size > 1 && sequences.size * 4 <= withTools.length,
  }
}

/** The traits of a sample: its error, how it stopped, its last tool and all of them, an empty answer, which parts of its reward are 0. */
export function traitsOf(sample: Observed, { usesTools, metrics, sequencesTell }: RunTraits): Trait[] {
  const traits: Trait[] = []
  if (sample.outcome === "error") {
    const message = firstLine(sample.error ?? "")
    traits.push(
      trait("end", `error ${/^[\w.]+/.exec(sample.error ?? "")?.[0] ?? ""}`, message === "" ? "end with an error" : `end with ${message}`),
    )
  }
  if (sample.outcome === "truncated") traits.push(trait("end", "truncated", "are cut off at a limit"))
  if (sample.stop_condition) traits.push(trait("end", `stop ${sample.stop_condition}`, `stop with ${sample.stop_condition}`))
  const last = sample.tools.at(-1)
  if (last !== undefined && sample.lastToolFailed) traits.push(trait("end", `failed ${last}`, `end after a failed call of ${last}`))
  else if (last !== undefined) traits.push(trait("tools", `last ${last}`, `end after a call of ${last}`))
  else if (usesTools) traits.push(trait("tools", "no tool", "call no tool"))
  if (sequencesTell && sample.tools.length > 0) {
    const sequence = sequenceOf(sample.tools)
    const names = sequence.split(" → ")
    const shown = names.length > toolsShown ? `${names.slice(0, toolsShown).join(" → ")} → …` : sequence
    traits.push(trait("tools", `tools ${sequence}`, `call ${shown}`))
  }
  if (sample.answer.trim() === "" && sample.outcome !== "error") traits.push(trait("end", "empty", "have an empty answer"))
  for (const name of metrics)
    if (sample.metrics[name] === 0)
      traits.push(trait("reward", `zero ${name}`, `have 0 in ${name.trim() === "" ? "a metric without a name" : name}`))
  return traits
}
