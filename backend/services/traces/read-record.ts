import { isUtf8 } from "node:buffer"
import { createHash } from "node:crypto"
import { type JsonObject, limits, parseExact } from "../../../contract/index.ts"
import { finiteNumber, isObject, listOf, textOf as textIn } from "../../../contract/samples/row-values.ts"
import { hasFailed, lastError, traceFacts } from "../../../contract/traces/trace-facts.ts"
import { toError } from "../../base/errors.ts"
import { elementSpans, memberSpans, type Span, textOf, withReplaced } from "../../base/json/spans.ts"
import { cleanJson, cleanText } from "../../base/json.ts"
import type { NewCall, NewEpisode, NewNode, NewTrace } from "../../store/traces/trace.ts"
import { rejected } from "./trace-error.ts"

/** A line of an upload: what is stored of it, and the episode or trace with as much of its messages as its sample's facts need. */
export interface ReadRecord {
  episode: NewEpisode | null
  traces: NewTrace[]
  light: JsonObject
}

const messageBytesMax = 4 * 1024 * 1024
const epochMax = 4_102_444_800
const linksMax = 100

/**
 * Reads a line piece by piece, so that no more than a message of it is an object at a time.
 * @param number of the line, to be named where something is wrong
 * @throws ServiceError with a code of Prime Traces
 */
export function readRecord(line: Uint8Array, format: "trace" | "episode", number: number, now: Date): ReadRecord {
  const wrong = (message: string) => rejected("invalid_trace", `Line ${number}: ${message}`)
  if (!isUtf8(line)) throw rejected("malformed_encoding", `Line ${number} is not UTF-8`)
  try {
    const whole = { start: 0, end: line.length }
    const members = memberSpans(line, whole)
    if (!members) throw wrong("is no JSON object")
    const isEpisode = members.has("traces")
    if (isEpisode !== (format === "episode"))
      throw rejected(
        "line_format_mismatch",
        `Line ${number} is ${isEpisode ? "an episode" : "a trace"}, and the upload says that its lines are ${format}s`,
      )
    const digest = createHash("sha256").update(line).digest("hex")
    if (format === "episode") return readEpisode(line, members, now, digest, wrong)
    const { trace, light } = readTrace(line, whole, members, now, wrong)
    return { episode: null, traces: [{ ...trace, digest }], light }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) throw wrong(`is not valid JSON: ${toError(error).message}`)
    throw error
  }
}

type Wrong = (message: string) => Error

function readEpisode(line: Uint8Array, members: Map<string, Span>, now: Date, digest: string, wrong: Wrong): ReadRecord {
  const listed = members.get("traces") as Span
  const spans = elementSpans(line, listed)
  if (!spans) throw wrong("its traces are no list")
  if (spans.length > limits.tracesPerEpisodeMax)
    throw rejected(
      "too_many_traces_in_episode",
      `An episode has at most ${limits.tracesPerEpisodeMax} traces; this one has ${spans.length}`,
    )
  const head = parseExact(withReplaced(line, { start: 0, end: line.length }, [{ span: listed, text: "[]" }])) as JsonObject
  const id = idOf(head, "episode", "episode_id_too_long", wrong)
  const read = spans.map((span) => {
    const own = memberSpans(line, span)
    if (!own) throw wrong("one of its traces is no JSON object")
    return readTrace(line, span, own, now, wrong)
  })
  const facts = traceFacts(head)
  const runId = facts.runId ?? read.find(({ trace }) => trace.runId)?.trace.runId ?? null
  const runStep = facts.runStep ?? read.find(({ trace }) => trace.runStep !== null)?.trace.runStep ?? null
  const environmentId = environmentOf(facts.environmentId)
  const error = lastError(head)
  const starts = read.map(({ trace }) => trace.createdAt.getTime())
  const episode: NewEpisode = {
    id,
    digest,
    evaluationId: null,
    runId,
    runStep,
    environmentId,
    outcome: hasFailed(head) ? "error" : read.some(({ trace }) => trace.isTruncated) ? "truncated" : "ok",
    hasError: hasFailed(head),
    errorType: clean(textIn(error?.type)),
    errorMessage: clean(textIn(error?.message))?.slice(0, limits.errorCharactersMax) ?? null,
    createdAt: starts.length > 0 ? new Date(Math.min(...starts)) : now,
    ...framed(line, spans),
  }
  const traces = read.map(({ trace }, place) => ({
    ...trace,
    place,
    episodeId: id,
    runId: trace.runId ?? runId,
    runStep: trace.runStep ?? runStep,
    environmentId: environmentId ?? trace.environmentId,
  }))
  return { episode, traces, light: { ...head, traces: read.map(({ light }) => light) } }
}

/** The line without the spans, and where in what is left each of them stood. */
function framed(line: Uint8Array, spans: Span[]): { frame: Uint8Array; gaps: number[] } {
  const pieces: Uint8Array[] = []
  const gaps: number[] = []
  let at = 0
  let length = 0
  for (const { start, end } of spans) {
    pieces.push(line.subarray(at, start))
    length += start - at
    gaps.push(length)
    at = end
  }
  return { frame: Buffer.concat([...pieces, line.subarray(at)]), gaps }
}

function readTrace(
  line: Uint8Array,
  span: Span,
  members: Map<string, Span>,
  now: Date,
  wrong: Wrong,
): { trace: NewTrace; light: JsonObject } {
  const [nodesSpan, callsSpan] = [members.get("nodes"), members.get("calls")]
  const head = parseExact(
    withReplaced(
      line,
      span,
      [nodesSpan, callsSpan].flatMap((one) => (one ? [{ span: one, text: "null" }] : [])),
    ),
  ) as JsonObject
  const id = idOf(head, "trace", "invalid_trace", wrong)
  const { nodes, light: lightNodes, counts } = readNodes(line, span.start, nodesSpan, wrong)
  const calls = callsSpan ? listOf(parseExact(textOf(line, callsSpan))).filter(isObject) : []
  const light = { ...head, nodes: lightNodes, calls }
  const facts = traceFacts(light)
  const trace: NewTrace = {
    id,
    episodeId: null,
    place: 0,
    evaluationId: null,
    runId: clean(facts.runId),
    runStep: facts.runStep,
    environmentId: environmentOf(facts.environmentId),
    modelId: clean(facts.model),
    taskId: clean(facts.taskId),
    agentName: clean(facts.agentName),
    reward: facts.reward,
    outcome: facts.outcome,
    hasError: facts.hasError,
    isTruncated: facts.isTruncated,
    durationMs: facts.durationMs,
    totalTokens: finiteNumber(head.num_total_tokens) ?? facts.inputTokens + facts.outputTokens,
    sizeBytes: span.end - span.start,
    ...counts,
    toolNames: facts.toolNames.map(cleanText),
    metrics: facts.metrics,
    createdAt: facts.start !== null && facts.start > 0 && facts.start < epochMax ? new Date(facts.start * 1000) : now,
    digest: null,
    document: line.subarray(span.start, span.end),
    nodes,
    calls: calls.map(readCall),
  }
  return { trace, light }
}

/** @param base where the trace begins in the line: places of messages are counted from there */
function readNodes(line: Uint8Array, base: number, listed: Span | undefined, wrong: Wrong) {
  const nodes: NewNode[] = []
  const light: JsonObject[] = []
  const counts = { modelTurns: 0, toolCalls: 0, userMessages: 0 }
  const spans = listed ? elementSpans(line, listed) : []
  if (!spans && listed && textOf(line, listed) !== "null") throw wrong("the nodes of a trace are no list")
  // A sample is described by its first and its last messages: of a very long trace the others are not kept meanwhile.
  const isLong = listed !== undefined && listed.end - listed.start > messageBytesMax
  for (const [i, span] of (spans ?? []).entries()) {
    const members = memberSpans(line, span)
    if (!members) throw wrong("a node of a trace is no JSON object")
    // Read whole, since what is stored has to be valid JSON; numbers that lose digits here are none that lists show.
    const { parent, sampled, timestamp, semantic_parents, message } = JSON.parse(textOf(line, span)) as JsonObject
    const { start, end } = members.get("message") ?? { start: span.start, end: span.start }
    const role = isObject(message) ? clean(textIn(message.role)) : null
    const links = listOf(semantic_parents).flatMap((link) =>
      isObject(link) && Number.isInteger(link.node) && textIn(link.type)
        ? { node: link.node as number, type: cleanText(String(link.type)) }
        : [],
    )
    nodes.push({
      parent: placeOf(parent, i),
      role,
      sampled: sampled === true,
      at: finiteNumber(timestamp),
      start: start - base,
      length: end - start,
      links: links.length > 0 ? links.slice(0, linksMax) : null,
    })
    if (sampled === true) counts.modelTurns++
    if (role === "user") counts.userMessages++
    if (isObject(message)) counts.toolCalls += listOf(message.tool_calls).length
    const isKept = !isLong || ((i < 10 || i >= (spans ?? []).length - 10) && end - start < messageBytesMax / 20)
    light.push({ parent, sampled, message: isKept ? message : { role } })
  }
  return { nodes, light, counts }
}

/** The place of an earlier node; a tree has no others. */
const placeOf = (value: unknown, before: number): number | null =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < before ? (value as number) : null

function readCall(call: JsonObject): NewCall {
  const time = isObject(call.time) ? call.time : {}
  return {
    node: placeOf(call.node, limits.int4Max),
    timeStart: finiteNumber(time.start),
    timeEnd: finiteNumber(time.end),
    model: clean(textIn(call.model)),
    endpoint: clean(textIn(call.endpoint)),
    finishReason: clean(textIn(call.finish_reason)),
    usage: isObject(call.usage) ? cleanJson(call.usage) : null,
    error: isObject(call.error) ? cleanJson(call.error) : null,
  }
}

const clean = (text: string | null): string | null => text && cleanText(text)

function idOf(head: JsonObject, what: string, tooLong: string, wrong: Wrong): string {
  const id = textIn(head.id)
  if (id === null || id !== cleanText(id)) throw wrong(`an ${what === "trace" ? "id of a trace" : "episode's id"} is missing`)
  if (id.length > limits.traceIdCharactersMax)
    throw rejected(tooLong, `The id of the ${what} has ${id.length} characters, more than ${limits.traceIdCharactersMax}`)
  return id
}

function environmentOf(id: string | null): string | null {
  if (id !== null && id.length > limits.traceIdCharactersMax)
    throw rejected(
      "environment_id_too_long",
      `The id of an environment has ${id.length} characters, more than ${limits.traceIdCharactersMax}`,
    )
  return clean(id)
}
