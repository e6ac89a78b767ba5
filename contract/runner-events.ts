import * as z from "zod"
import { JsonObject } from "./common.ts"

import { EnvironmentArgument } from "./environments.ts"
import { CodePlace } from "./failures/code-place.ts"
import { limits } from "./limits.ts"
import { jobShape } from "./run-config/derived.ts"
import { exactText } from "./text/exact-json.ts"

/**
 * What the runner appends to its spool file, one JSON object a line. It comes out of a sandbox in which a stranger's
 * code runs: every line is checked against this before anything is stored.
 */
const base = { v: z.literal(1), seq: z.int().min(1), ts: z.number().catch(Number.NaN) }

/** Text, or a whole number of any size; either way it is text from here on. */
const ExampleId = z.union([
  z.string(),
  z.int().transform(String),
  z.custom((value) => exactText(value) !== null).transform((value) => exactText(value) as string),
])

const RunnerError = z.object({
  type: z.string().max(500),
  message: z.string().max(20_000),
  status: z.int().nullish(),
  /** Name of the missing module, for import errors. */
  module: z.string().max(500).nullish(),
  /** Name of the missing environment variable, for the KeyError of os.environ. */
  variable: z.string().max(500).nullish(),
  /** The innermost frame of the environment's own code. */
  place: CodePlace.nullish(),
})
export type RunnerError = z.infer<typeof RunnerError>

/** What went wrong in a rollout, beside its row. */
const RolloutProblem = z.object({
  /** The row's error; a TimeoutError of the environment's own code; or a reward function that failed. */
  kind: z.enum(["error", "timeout", "scoring"]),
  function: z.string().max(300).nullable(),
  /** Where nothing was raised: what is wrong all the same. */
  message: z.string().max(2000).nullable(),
  errors: z.array(RunnerError).max(8),
  place: CodePlace.nullable(),
})
export type RolloutProblem = z.infer<typeof RolloutProblem>

/** What load_environment() takes. */
const Arguments = z.array(EnvironmentArgument)

export const runnerPhases = ["import", "load", "rollouts", "finish"] as const

export const RunnerEvent = z.discriminatedUnion("kind", [
  z.object({ ...base, kind: z.literal("hello"), pid: z.int(), python: z.string(), verifiers: z.string() }),
  z.object({ ...base, kind: z.literal("phase"), phase: z.enum(runnerPhases) }),
  z.object({
    ...base,
    kind: z.literal("loaded"),
    api: z.enum(["v0", "v1"]),
    environment_class: z.string(),
    dataset_size: z.int().nullable(),
    rewards: z.array(z.object({ name: z.string(), weight: z.number() })),
    arguments: Arguments,
    /** verifiers v1: which harness plays each agent, and which one it takes the place of. */
    harnesses: z.array(z.object({ agent: z.string(), harness: z.string(), instead_of: z.string().nullable() })).optional(),
  }),
  /** One of the first examples of the dataset, of a check: what is asked, the answer, and the rest of it as JSON. */
  z.object({
    ...base,
    kind: z.literal("example"),
    example_id: ExampleId,
    prompt: z.array(z.object({ role: z.string().max(100), content: z.string().max(limits.exampleTextMax) })).max(limits.exampleMessagesMax),
    answer: z.string().max(limits.exampleTextMax).nullable(),
    info: z.string().max(limits.exampleTextMax).nullable(),
  }),
  z.object({ ...base, kind: z.literal("run.started"), total: z.int().min(0), remaining: z.int().min(0) }),
  /** What the process has begun has ended, and it goes on with its share of the rest: of so many processes the first. */
  z.object({ ...base, kind: z.literal("run.split"), processes: z.int().min(2).max(limits.shardsMax) }),
  z.object({ ...base, kind: z.literal("rollout.started"), example_id: ExampleId, index: z.int().min(0) }),
  z.object({
    ...base,
    kind: z.literal("rollout.turn"),
    example_id: ExampleId,
    index: z.int().min(0),
    turn: z.int().min(1),
  }),
  z.object({
    ...base,
    kind: z.literal("rollout.finished"),
    example_id: ExampleId,
    index: z.int().min(0).max(limits.int4Max),
    /** Done again although an earlier attempt has it, because its group is scored as a whole. */
    replaces: z.boolean().default(false),
    /** The place of its example in the random order of the run. */
    place: z.int().min(0).max(limits.int4Max).nullish(),
    /** The library's own row, as vf-eval would write it to results.jsonl, plus trajectory_id; for v1 as the library uploads it. */
    row: JsonObject,
    /** What cannot be read of them is left out: the row tells the essentials, too. */
    problems: z.array(RolloutProblem).max(10).nullish().catch(null),
    /** How many values of the row are no number that can be stored, such as NaN: they are null in it. */
    lost_values: z.int().min(0).max(limits.int4Max).catch(0).default(0),
  }),
  z.object({
    ...base,
    kind: z.literal("log"),
    level: z.enum(["debug", "info", "warning", "error"]),
    logger: z.string().max(200),
    message: z.string().max(20_000),
  }),
  /** A reward or metric function threw: the library records 0.0 and continues; we make it visible. */
  z.object({ ...base, kind: z.literal("scoring.error"), function: z.string().max(300), message: z.string().max(20_000) }),
  /** `blocked`: seconds for which the event loop has not gone on, and where in the environment's code it is meanwhile. */
  z.object({ ...base, kind: z.literal("heartbeat"), blocked: z.number().nullish(), place: CodePlace.nullish() }),
  z.object({ ...base, kind: z.literal("run.finished"), metadata: JsonObject }),
  z.object({
    ...base,
    kind: z.literal("run.failed"),
    phase: z.enum(runnerPhases),
    errors: z.array(RunnerError).max(8),
    traceback: z.string().max(50_000),
    /** Of an environment that was imported and then failed to load. */
    arguments: Arguments.nullish().catch(null),
  }),
])
export type RunnerEvent = z.infer<typeof RunnerEvent>

/** The event that a runner ends with, one way or the other. */
export type RunnerLastWord = Extract<RunnerEvent, { kind: "run.finished" | "run.failed" }>

/** job.json in the work dir. Secrets are never in it: they are environment variables of the runner. */
export const RunnerJob = z.object({
  v: z.literal(1),
  /** `evaluate` does rollouts; `check` loads the environment, reports what it declares, and ends. */
  mode: z.enum(["evaluate", "check"]),
  environment: z.string().describe("Module to import: owner and version gone, - written as _"),
  model: z.string(),
  ...jobShape,
  client: z.object({
    type: z.string(),
    base_url: z.string(),
    /** Name of the environment variable that holds the key. */
    key_var: z.string(),
    headers: z.record(z.string(), z.string()),
  }),
  /** Rollouts that earlier attempts finished, as [example id as text, index]: not done again. */
  done: z.array(z.tuple([z.string(), z.int()])),
  /** When given, only these rollouts are done, in the same form. */
  only: z.array(z.tuple([z.string(), z.int()])).nullable(),
  /** Name of the file beside the job with rollouts to score again: the model is not asked. */
  stored: z.string().nullable(),
  reward_weights: z.record(z.string(), z.number()).describe("Weights of reward functions, by their names, in place of the rubric's own"),
  /** Which part of the rollouts that are left this process does, as [number from 0, of how many]; null for all of them. */
  shard: z.tuple([z.int(), z.int()]).nullable(),
  /** Into how many processes this one may split what it has not begun (run.split); 1 where it may not. */
  processes: z.int(),
  /** Rollouts that are done by now and were not when the shares were made, in the same form as `done`. */
  played: z.array(z.tuple([z.string(), z.int()])),
})
export type RunnerJob = z.infer<typeof RunnerJob>
