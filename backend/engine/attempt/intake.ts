import {
  problemsInRow,
  type RunnerEvent,
  RunnerEvent as RunnerEventSchema,
  type RunnerLastWord,
  type SampleProblem,
} from "../../../contract/index.ts"
import { levelOf } from "../../../contract/logs/log-lines.ts"
import type { StoredLogLine } from "../../store/logs/log-chunks.ts"
import type { NewSample } from "../../store/samples/sample.ts"
import { toNewSample } from "../../store/samples/sample-batches.ts"
import { type Blocked, toSampleProblem } from "./classify.ts"
import { type Mask, maskJson } from "./masking.ts"

type Kind<K extends RunnerEvent["kind"]> = Extract<RunnerEvent, { kind: K }>

/** What a piece of a run's spool comes to, ready to be stored in one transaction. */
export interface Intake {
  samples: NewSample[]
  logLines: StoredLogLine[]
  started: number
  total: number | null
  phase: Kind<"phase">["phase"] | null
  loaded: Kind<"loaded"> | null
  finished: Kind<"run.finished"> | null
  failed: Kind<"run.failed"> | null
  /** Whether the environment's code keeps the process busy, by the newest heartbeat; undefined when there was none. */
  blocked: Blocked | null | undefined
}

/** The event that the runner ended with, when it is in a piece. */
export const lastWordOf = (intake: Intake): RunnerLastWord | null => intake.finished ?? intake.failed

export const emptyIntake = (): Intake => ({
  samples: [],
  logLines: [],
  started: 0,
  total: null,
  phase: null,
  loaded: null,
  finished: null,
  failed: null,
  blocked: undefined,
})

const textMax = 16_384

/** Reads lines of events.jsonl. Lines that are no events are reported in the log and harm nothing else. */
export function takeEvents(intake: Intake, lines: readonly string[], mask: Mask): void {
  const leftOut: string[] = []
  for (const line of lines) {
    if (line.trim() === "") continue
    const event = readEvent(line, mask)
    if (typeof event === "string") leftOut.push(event)
    else takeEvent(intake, event)
  }
  if (leftOut.length === 0) return
  // One line for all of them: a process that writes garbage may write a lot of it.
  const how = leftOut.length === 1 ? "An event of the runner was" : `${leftOut.length} events of the runner were`
  const text = `${how} left out: ${leftOut[0]}`
  intake.logLines.push({ at: Date.now(), stream: "platform", level: "warning", text })
}

function readEvent(line: string, mask: Mask): RunnerEvent | string {
  let value: unknown
  try {
    value = maskJson(mask, JSON.parse(line))
  } catch {
    return "it is not JSON"
  }
  const parsed = RunnerEventSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  return `${issue?.path.join(".")} ${issue?.message}`.slice(0, 300)
}

function takeEvent(intake: Intake, event: RunnerEvent): void {
  const at = event.ts * 1000
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
    case "run.started":
      intake.total = event.total
      return void say("info", `${event.remaining} of ${event.total} rollouts to do`)
    case "rollout.started":
      intake.started++
      return
    case "rollout.finished": {
      const exampleId = String(event.example_id)
      const identity = { dedupeKey: `${exampleId}:${event.index}`, rolloutIndex: event.index, order: intake.samples.length, exampleId }
      intake.samples.push({ ...toNewSample(event.row, identity, problemsOf(event)), replaces: event.replaces })
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
      const { ts, stream, text: printed } = JSON.parse(line) as { ts: number; stream: string; text: string }
      if (typeof printed !== "string" || typeof ts !== "number") continue
      const text = mask(printed)
      intake.logLines.push({ at: ts * 1000, stream: stream === "stderr" ? "stderr" : "stdout", level: levelOf(text), text: cut(text) })
    } catch {
      intake.logLines.push({ at: Date.now(), stream: "platform", level: "warning", text: "A line of output was left out: it is not JSON" })
    }
  }
}

const cut = (text: string): string => text.slice(0, textMax)
