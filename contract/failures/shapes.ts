import * as z from "zod"
import { JsonObject } from "../common.ts"
import { failureClasses } from "./classes.ts"
import { CodePlace } from "./code-place.ts"

/** Why a run ended badly. Each class has a title, an explanation and advice in `contract/failures/`. */
export const FailureClass = z.enum(failureClasses)
export type FailureClass = z.infer<typeof FailureClass>

/** A setting of the launch form that would have avoided the failure. */
export const FailureFix = z
  .object({
    label: z.string().describe("What the button says"),
    set: JsonObject.describe("A merge patch (RFC 7396) for the run's eval_config"),
    focus: z.string().describe("Field of eval_config to look at, `env_args.<name>`, or `model`"),
  })
  .meta({ id: "FailureFix" })
export type FailureFix = z.infer<typeof FailureFix>

export const Failure = z
  .object({
    class: FailureClass,
    title: z.string(),
    explanation: z.string(),
    advice: z.string(),
    /** The exception as Python named it, its message and where in the environment's code it arose. */
    exception: z.string().nullable(),
    message: z.string().nullable(),
    traceback: z.string().nullable(),
    place: CodePlace.nullish(),
    fix: FailureFix.nullish(),
  })
  .meta({ id: "Failure" })
export type Failure = z.infer<typeof Failure>

/** Something that went wrong in one rollout: its error, or what the library counts as a result all the same. */
export const SampleProblem = z
  .object({
    class: FailureClass,
    exception: z.string().nullable(),
    message: z.string().nullable(),
    /** The reward function that failed. */
    function: z.string().nullable(),
    place: CodePlace.nullable(),
    explanation: z.string().nullish().describe("Where more is known than the class says: what happened"),
    advice: z.string().nullish().describe("And what to do about it"),
  })
  .meta({ id: "SampleProblem" })
export type SampleProblem = z.infer<typeof SampleProblem>

/** The rollouts of a run that share a cause: how many they are, and the first of them as an example. */
export const ErrorGroup = z
  .object({
    class: FailureClass,
    key: z
      .string()
      .nullish()
      .describe(
        "For `error_group` of the samples: class, exception, function and message but for its numbers; null for the rare ones of a class",
      ),
    title: z.string(),
    explanation: z.string(),
    advice: z.string(),
    samples: z.int(),
    sample_id: z.string(),
    first: SampleProblem,
    fix: FailureFix.nullable(),
  })
  .meta({ id: "ErrorGroup" })
export type ErrorGroup = z.infer<typeof ErrorGroup>
