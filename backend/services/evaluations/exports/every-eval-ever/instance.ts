import { createHash } from "node:crypto"
import { exampleIdOf, type JsonObject, rowFacts } from "../../../../../contract/index.ts"
import { isObject, listOf, objectOf, textOf } from "../../../../../contract/samples/row-values.ts"
import type { SampleRecord } from "../../../../store/samples/sample.ts"
import { inspectMessages } from "../inspect/messages.ts"
import { type Identity, rewardResultId, schemaVersion, texts } from "./record.ts"

/**
 * A sample as a line of `…_samples.jsonl` (instance_level_eval.schema.json 0.3.0). Null without a reward, since every line needs a score.
 * How an environment found the answer in what the model said is not known here, so no answer is attributed.
 * @param threshold the reward from which on a sample counts as correct
 */
export function toInstance(
  { sample, body }: { sample: SampleRecord; body: JsonObject },
  identity: Identity,
  threshold: number,
): JsonObject | null {
  const facts = rowFacts(body)
  if (facts.reward === null) return null
  const { input, output } = inspectMessages(body)
  const raw = typeof body.prompt === "string" ? body.prompt : input.map(({ content }) => contentText(content)).join("\n\n")
  const reference = textOf(body.answer)
  const turns = output.filter(({ role }) => role === "assistant")
  const calls = output.reduce((sum, message) => sum + listOf(message.tool_calls).length, 0)
  const type = calls > 0 ? "agentic" : turns.length > 1 ? "multi_turn" : "single_turn"
  const tokens = facts.inputTokens === null || facts.outputTokens === null ? null : [facts.inputTokens, facts.outputTokens]
  return {
    schema_version: schemaVersion,
    evaluation_id: identity.evaluationId,
    model_id: identity.modelId,
    evaluation_name: identity.evaluation,
    evaluation_result_id: rewardResultId,
    sample_id: exampleIdOf(body),
    sample_hash: createHash("sha256")
      .update(raw + (reference ?? ""))
      .digest("hex"),
    interaction_type: type,
    input: { raw, reference: reference === null ? [] : [reference] },
    ...(type === "single_turn"
      ? { output: outputOf(turns), messages: null }
      : { output: null, messages: messagesOf([...input, ...output]) }),
    answer_attribution: [],
    evaluation: {
      score: facts.reward,
      is_correct: facts.outcome !== "error" && facts.reward >= threshold,
      num_turns: turns.length || null,
      tool_calls_count: calls,
    },
    token_usage: tokens && { input_tokens: tokens[0], output_tokens: tokens[1], total_tokens: (tokens[0] ?? 0) + (tokens[1] ?? 0) },
    performance: facts.durationMs === null ? null : { latency_ms: facts.durationMs },
    error: facts.error,
    metadata: texts({ rollout: sample.rolloutIndex, outcome: facts.outcome, stop_condition: facts.stopCondition, ...facts.metrics }),
  }
}

function outputOf(turns: readonly JsonObject[]): JsonObject {
  const reasoning = turns.flatMap(({ content }) => reasoningOf(content))
  return { raw: turns.map(({ content }) => contentText(content)), ...(reasoning.length > 0 ? { reasoning_trace: reasoning } : {}) }
}

const messagesOf = (messages: readonly JsonObject[]): JsonObject[] =>
  messages.map((message, i) => {
    const reasoning = reasoningOf(message.content)
    const calls = listOf(message.tool_calls).map(objectOf)
    const answered = textOf(message.tool_call_id)
    return {
      turn_idx: i,
      role: message.role,
      content: contentText(message.content) || null,
      ...(reasoning.length > 0 ? { reasoning_trace: reasoning.join("\n\n") } : {}),
      ...(calls.length > 0 ? { tool_calls: calls.map(callOf) } : {}),
      ...(answered === null ? {} : { tool_call_id: [answered] }),
    }
  })

const callOf = ({ id, function: name, arguments: given, parse_error: wrong }: JsonObject): JsonObject => ({
  id,
  name,
  // What was no JSON is kept as the text that it is.
  arguments: texts(typeof wrong === "string" ? { "": wrong } : objectOf(given)),
})

const partsOf = (content: unknown): JsonObject[] => listOf(content).filter(isObject)

/** The words of a message; of a picture or a recording only that it was there. */
function contentText(content: unknown): string {
  if (typeof content === "string") return content
  return partsOf(content)
    .filter(({ type }) => type !== "reasoning")
    .map(({ type, text }) => (type === "text" ? String(text ?? "") : `[${type}]`))
    .join("\n")
}

const reasoningOf = (content: unknown): string[] =>
  partsOf(content).flatMap(({ type, reasoning }) => (type === "reasoning" ? [String(reasoning)] : []))
