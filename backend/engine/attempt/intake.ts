import { setImmediate } from "node:timers/promises"
import {
  exactText,
  parseExact,
  parseMessage,
  problemsInRow,
  type RunnerEvent,
  RunnerEvent as RunnerEventSchema,
  type RunnerLastWord,
  type SampleProblem,
} from "../../../contract/index.ts"
import { levelOf } from "../../../contract/logs/log-lines.ts"
import { isObject } from "../../../contract/samples/row-values.ts"
import { cutText } from "../../../contract/text/cut-text.ts"
import { cleanText } from "../../base/json.ts"
import type { StoredLogLine } from "../../store/logs/log-chunks.ts"
import type { NewSample } from "../../store/samples/sample.ts"
import { toNewSample } from "../../store/samples/sample-batches.ts"
import { type Blocked, toSampleProblem } from "./classify.ts"
import { type Mask, maskJson } from "./masking.ts"

type Kind<K extends RunnerEvent["kind"]> = Extract<RunnerEvent, { kind: K }>

/** What a piece of a run's spool comes to, ready to be stored in one transaction. */
export interface Intake {
  samples: NewSample[]
  /** Finished rollouts whose event could not be read, in words. */
  refused: string[]
  /** How many values in the samples could not be kept, and where the first one is. */
  lostValues: { count: number; first: string } | null
  logLines: StoredLogLine[]
  started: number
  total: number | null
  /** Into how many processes the attempt has split, of which one goes on. */
  split: number | null
  phase: Kind<"phase">["phase"] | null
  loaded: Kind<"loaded"> | null
  /** Of a check: the first examples of the dataset. */
  examples: Kind<"example">[]
  finished: Kind<"run.finished"> | null
  failed: Kind<"run.failed"> | null
  /** Whether the environment's code keeps the process busy, by the newest heartbeat; undefined when there was none. */
  blocked: Blocked | null | undefined
}

/** The event that the runner ended with, when it is in a piece. */
export const lastWordOf = (intake: Intake): RunnerLastWord | null => intake.finished ?? intake.failed

export const emptyIntake = (): Intake => ({
  samples: [],
  refused: [],
  lostValues: null,
  logLines: [],
  started: 0,
  total: null,
  split: null,
  phase: null,
  loaded: null,
  examples: [],
  finished: null,
  failed: null,
  blocked: undefined,
})

const textMax = 16_384

/** How much is read before whatever else waits has its turn: the statements that store the piece before, which are several and short but for one, and other runs. */
const charactersAtOnce = 16 * 1024

/** Reads lines of events.jsonl. Lines that are no events are reported in the log and harm nothing else. */
export async function takeEvents(intake: Intake, lines: readonly string[], mask: Mask): Promise<void> {
  const leftOut: string[] = []
  let characters = 0
  for (const line of lines) {
    if (line.trim() === "") continue
    characters += line.length
    if (characters > charactersAtOnce) {
      characters = line.length
      await setImmediate()
    }
    const event = readEvent(line, mask)
    if ("why" in event) {
      leftOut.push(event.why)
      if (event.rollout !== null) intake.refused.push(`${event.rollout}: ${event.why}`)
    } else takeEvent(intake, event)
  }
  if (leftOut.length === 0) return
  // One line for all of them: a process that writes garbage may write a lot of it.
  const how = leftOut.length === 1 ? "An event of the runner was" : `${leftOut.length} events of the runner were`
  const text = `${how} left out: ${leftOut[0]}`
  intake.logLines.push({ at: Date.now(), stream: "platform", level: "warning", text })
}

interface Refused {
  why: string
  /** The rollout whose result this would have been. */
  rollout: string | null
}

/** An event's value; what an environment declares of its arguments keeps 1.0 and 1e5, since it is offered to be edited. */
function eventJson(line: string): unknown {
  const value = parseExact(line)
  return isObject(value) && Array.isArray(value.arguments) ? parseMessage(line) : value
}

function readEvent(line: string, mask: Mask): RunnerEvent | Refused {
  let value: unknown
  try {
    value = maskJson(mask, eventJson(line))
  } catch {
    return { why: "it is not JSON", rollout: null }
  }
  const parsed = RunnerEventSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const { kind, example_id: example, index } = value as Record<string, unknown>
  return {
    why: `${issue?.path.join(".")} ${issue?.message}`.slice(0, 300),
    rollout: kind === "rollout.finished" ? `example ${exactText(example) ?? example}, rollout ${Number(index) + 1}`.slice(0, 300) : null,
  }
}

/** The moment of an event; now for one that no calendar has. */
const momentOf = (seconds: number): number => (Math.abs(seconds) < secondsMax ? seconds * 1000 : Date.now())
/** The year 5138. */
const secondsMax = 1e11

function takeEvent(intake: Intake, event: RunnerEvent): void {
  const at = momentOf(event.ts)
  const say = (level: StoredLogLine["level"], text: string, stream: StoredLogLine["stream"] = "platform") =>
    intake.logLines.push({ at, stream, level, text: cut(text) })
  switch (event.kind) {
    case "hello":
      return void say("info", `Runner started: Python ${event.python}, verifiers ${event.verifiers}`)
    case "phase":
      intake.phase = event.phase
      return
    case "loaded":
      intake.loaded = event
      return void say(
        "info",
        `Environment loaded: ${event.environment_class}${event.dataset_size === null ? "" : `, ${event.dataset_size} examples`}`,
      )
    case "example":
      intake.examples.push(event)
      return
    case "run.started":
      intake.total = event.total
      return void say("info", `${event.remaining} of ${event.total} rollouts to do`)
    case "run.split":
      intake.split = event.processes
      return
    case "rollout.started":
      intake.started++
      return
    case "rollout.finished": {
      const { index } = event
      const exampleId = cleanText(event.example_id)
      const identity = { dedupeKey: `${exampleId}:${index}`, rolloutIndex: index, order: intake.samples.length, exampleId }
      const sample = toNewSample(event.row, identity, problemsOf(event))
      intake.samples.push({ ...sample, replaces: event.replaces, drawPlace: event.place ?? null })
      const lost = event.lost_values + (sample.lostValues ?? 0)
      if (lost > 0) {
        intake.lostValues ??= { count: 0, first: `example ${exampleId}, rollout ${index + 1}` }
        intake.lostValues.count += lost
      }
      return
    }
    case "log":
      return void say(event.level, event.message, "log")
    case "scoring.error":
      return void say("error", `The reward function ${event.function} raised ${event.message}. The library counts it as 0.`)
    case "run.finished":
      intake.finished = event
      return
    case "run.failed":
      intake.failed = event
      // The run was cancelled: whatever cancelled it records why.
      if (event.errors[0]?.type === "asyncio.CancelledError") return
      return void say("error", event.traceback || event.errors.map((error) => `${error.type}: ${error.message}`).join("\n"))
    case "heartbeat":
      intake.blocked = event.blocked ? { seconds: event.blocked, place: event.place ?? null } : null
      return
    case "rollout.turn":
      return
  }
}

/** The runner saw the exceptions themselves; what it does not tell is read out of the row. */
function problemsOf({ row, problems }: Kind<"rollout.finished">): SampleProblem[] {
  const reported = problems ?? []
  const first = reported.some(({ kind }) => kind !== "scoring") ? [] : problemsInRow(row)
  return [...first, ...reported.map(toSampleProblem)]
}

/** Reads lines of output.jsonl: what the environment printed. */
export function takeOutput(intake: Intake, lines: readonly string[], mask: Mask): void {
  for (const line of lines) {
    if (line.trim() === "") continue
    try {
      const {
        ts,
        stream,
        text: printed,
        part,
      } = JSON.parse(line) as { ts: number; stream: string; text: string; part?: StoredLogLine["part"] }
      if (typeof printed !== "string" || typeof ts !== "number") continue
      const text = mask(printed)
      const source = stream === "stderr" ? "stderr" : "stdout"
      intake.logLines.push({ at: momentOf(ts), stream: source, level: levelOf(text), text: cut(text), ...(part ? { part } : {}) })
    } catch {
      intake.logLines.push({ at: Date.now(), stream: "platform", level: "warning", text: "A line of output was left out: it is not JSON" })
    }
  }
}

const cut = (text: string): string => cutText(text, textMax)
