import type { JsonObject, SampleSummary } from "@/contract/index.ts"
import { plainText } from "@/contract/logs/terminal-text.ts"
import { namedTraces } from "@/contract/samples/messages/conversations.ts"
import { nativeTraces } from "@/contract/samples/native-traces.ts"
import { finiteNumber, isObject } from "@/contract/samples/row-values.ts"

export interface Score {
  name: string
  /** A number, or whatever else the environment recorded. */
  value: unknown
  weight: number | null
}

/** Metrics of the sample, with weights where verifiers v1 recorded them; numbers first. */
export function scores(sample: JsonObject, summary: SampleSummary): Score[] {
  const weights = new Map<string, number>()
  for (const trace of [sample, ...(Array.isArray(sample.traces) ? sample.traces : []), nativeTraces(sample).summed]) {
    if (!isObject(trace) || !isObject(trace.rewards)) continue
    for (const [name, entry] of Object.entries(trace.rewards))
      if (isObject(entry) && finiteNumber(entry.weight) !== null) weights.set(name, entry.weight as number)
  }
  const others = Object.entries(isObject(sample.metrics) ? sample.metrics : {}).filter(
    ([name, value]) => value !== null && !Object.hasOwn(summary.metrics, name),
  )
  return [...Object.entries(summary.metrics), ...others].map(([name, value]) => ({ name, value, weight: weights.get(name) ?? null }))
}

/** How far apart a sum of products may be from the same sum that Python made. */
const noise = 1e-6

/**
 * Scores with the weights that the environment's version declares, where the sample itself names none. Only where these weights make the
 * sample's reward of its metrics are they what it was scored by: arguments and groups of rubrics may have changed them.
 */
export function withDeclaredWeights(
  all: readonly Score[],
  declared: readonly { name: string; weight: number }[],
  reward: number | null,
): Score[] {
  if (reward === null || declared.length === 0 || all.some(({ weight }) => weight !== null)) return [...all]
  const weights = new Map(declared.map(({ name, weight }) => [name, weight]))
  const isWhole = declared.every(
    ({ name, weight }) => weight === 0 || all.some((score) => score.name === name && finiteNumber(score.value) !== null),
  )
  const sum = all.reduce((total, { name, value }) => total + (weights.get(name) ?? 0) * (finiteNumber(value) ?? 0), 0)
  if (!isWhole || Math.abs(sum - reward) > noise * Math.max(1, Math.abs(reward))) return [...all]
  return all.map((score) => ({ ...score, weight: weights.get(score.name) ?? 0 }))
}

export interface AgentFacts {
  name: string
  /** Null for an agent that is not evaluated itself: a user that is played, a judge. */
  reward: number | null
  turns: number
  stopCondition: string | null
  failed: boolean
}

/** The agents of a verifiers v1 episode; none for a rollout of a single one. */
export function agents(sample: JsonObject): AgentFacts[] {
  const traces = namedTraces(nativeTraces(sample).traces)
  if (traces.length < 2) return []
  return traces.map(({ trace, name }) => {
    const rewards = Object.values(isObject(trace.rewards) ? trace.rewards : {}).filter(isObject)
    const isEvaluated = !isObject(trace.agent) || trace.agent.trainable !== false
    return {
      name: plainText(name ?? "agent"),
      reward: isEvaluated
        ? rewards.reduce((sum, { score, weight }) => sum + (finiteNumber(score) ?? 0) * (finiteNumber(weight) ?? 1), 0)
        : null,
      turns: (Array.isArray(trace.nodes) ? trace.nodes : []).filter((node) => isObject(node) && node.sampled === true).length,
      stopCondition: typeof trace.stop_condition === "string" ? plainText(trace.stop_condition) : null,
      failed: trace.ok === false,
    }
  })
}
