import {
  type CodePlace,
  classifyErrors,
  type Failure,
  type FailureClass,
  fixFor,
  type JsonObject,
  plainFailure,
  type RolloutProblem,
  type RunnerEvent,
  type SampleProblem,
  toProblem,
} from "../../../contract/index.ts"

type RunFailed = Extract<RunnerEvent, { kind: "run.failed" }>
type Found = Partial<Pick<Failure, "explanation" | "advice" | "exception" | "message" | "traceback" | "place">>

/** A failure of a class, in its words and with what was found; `config` is what the run was started with, for the fix. */
export function failure(kind: FailureClass, found: Found = {}, config: JsonObject = {}): Failure {
  const known = { ...plainFailure(kind), ...found }
  return { ...known, fix: fixFor(known, config) }
}

/** Why a run failed, from the runner's own account. */
export function classify(event: RunFailed, config: JsonObject = {}): Failure {
  const stage = event.phase === "import" || event.phase === "load" ? event.phase : "rollout"
  const { class: kind, ...found } = classifyErrors(event.errors, stage)
  return failure(kind, { ...found, traceback: event.traceback || null }, config)
}

/** How a process ended that reported nothing itself. `limit` is the sandbox's limit that ended it, if one did. */
export interface ProcessEnd {
  code: number | null
  signal: string | null
  limit?: "memory" | "disk" | "output" | null
  /** Why another machine has started nothing. */
  refused?: string | null
}

const limitClasses = { memory: "out_of_memory", disk: "disk_limit", output: "output_limit" } as const

/**
 * Why a run failed whose process ended `times` times without a report.
 * @param end null when nothing is left of it
 * @param reason what an engine of other machines said of the last time
 */
export function classifyEnd(end: ProcessEnd | null, times: number, config: JsonObject = {}, reason: string | null = null): Failure {
  if (end?.limit) return failure(limitClasses[end.limit], {}, config)
  if (end?.refused) return failure("no_place", { message: end.refused }, config)
  const often = times === 1 ? "" : `, ${times} times`
  const how = [endInWords(end), reason].filter(Boolean).join("; ")
  return failure("worker_lost", { message: `It ended without a word${often}: ${how}` }, config)
}

const signalsInWords: Record<string, string> = {
  SIGKILL: "killed (SIGKILL), as the system does when memory runs out",
  SIGSEGV: "a crash in native code (SIGSEGV)",
  SIGBUS: "a crash in native code (SIGBUS)",
  SIGILL: "a crash in native code (SIGILL)",
  SIGABRT: "native code gave up (SIGABRT)",
}

/** How a process ended, for the log. */
export function endInWords(end: ProcessEnd | null): string {
  if (!end) return "nothing is left of it"
  if (end.refused) return end.refused
  if (end.signal) return signalsInWords[end.signal] ?? `killed by ${end.signal}`
  return `exit code ${end.code}`
}

/** Where the event loop stood still when a run's time was up. */
export interface Blocked {
  seconds: number
  place: CodePlace | null
}

/** The failure of a run whose time is up. Where the environment's code blocked the process, that is the cause, not the number of rollouts. */
export function timedOut(message: string, blocked: Blocked | null, config: JsonObject, timeoutMinutesMax: number): Failure {
  if (!blocked) {
    const known = { ...plainFailure("timeout"), message }
    return { ...known, fix: fixFor(known, config, timeoutMinutesMax) }
  }
  return {
    ...failure("timeout", { message, place: blocked.place }, config),
    explanation: `The run was stopped at its time limit. For the last ${Math.round(blocked.seconds)} seconds nothing went on, because the environment's code kept the process busy. Finished rollouts were kept.`,
    advice:
      "Correct the place below: a loop that does not end, or something slow that is not awaited. Slow calls belong into await asyncio.to_thread(…).",
    fix: null,
  }
}

const ownTimeout = "The environment's own code raised it; the library records it as a time limit, without an error"

/** What went wrong in a rollout, from the runner's account beside its row. */
export function toSampleProblem({ kind, function: name, message, errors, place }: RolloutProblem): SampleProblem {
  if (errors.length === 0) return { class: "environment_scoring", exception: null, message, function: name, place }
  const problem = toProblem(errors, kind === "scoring" ? "scoring" : "rollout", name)
  if (kind !== "timeout") return problem
  const said = problem.message && problem.message !== "TimeoutError()" ? `${problem.message}. ` : ""
  return { ...problem, message: `${said}${ownTimeout}` }
}
