import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { EvaluationStatus } from "../evaluations.ts"
import { limits } from "../limits.ts"
import { HostedEvalConfig } from "../run-config/derived.ts"
import { runFields } from "../run-config.ts"

const isTimeZone = (name: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }))
  } catch {
    return false
  }
}

const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of the day as 07:30")
const TimeZone = z.string().max(100).refine(isTimeZone, "the name of a time zone, such as Europe/Berlin or UTC")

/** When a schedule launches its run. A time that the clock skips comes an hour later; one that it has twice counts once. */
export const ScheduleTime = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("daily"), time: Time, time_zone: TimeZone }),
    z.object({ kind: z.literal("weekly"), weekday: z.int().min(1).max(7).describe("1 is Monday"), time: Time, time_zone: TimeZone }),
    z.object({ kind: z.literal("version") }).describe("Whenever a version of the environment is published"),
  ])
  .meta({ id: "ScheduleTime" })
export type ScheduleTime = z.infer<typeof ScheduleTime>

/** What its runs are compared with: the run that is pinned for the environment, or the one before. */
export const ScheduleBaseline = z.enum(["pinned", "previous", "none"]).meta({ id: "ScheduleBaseline" })
export type ScheduleBaseline = z.infer<typeof ScheduleBaseline>

export const ScheduledRun = z
  .object({
    evaluation_id: Id,
    name: z.string(),
    status: EvaluationStatus,
    created_at: Timestamp,
    mean: z.number().nullable(),
    verdict: z
      .object({ text: z.string(), sentence: z.string(), baseline_id: Id })
      .nullable()
      .describe("Against the baseline; null while it is under way, or where there is nothing to compare it with"),
  })
  .meta({ id: "ScheduledRun" })
export type ScheduledRun = z.infer<typeof ScheduledRun>

export const RunSchedule = z
  .object({
    id: Id,
    name: z.string(),
    environment_id: Id,
    team_id: z.string().nullable(),
    inference_model: z.string(),
    eval_config: HostedEvalConfig,
    when: ScheduleTime,
    baseline: ScheduleBaseline,
    is_paused: z.boolean(),
    next_at: Timestamp.nullable().describe("null while it is paused, or waits for a version"),
    problem: z.object({ message: z.string(), at: Timestamp }).nullable().describe("Why the last time launched no run"),
    created_at: Timestamp,
    runs: z.array(ScheduledRun).describe(`Its last ${limits.scheduledRunsShown} runs, newest first`),
  })
  .meta({ id: "RunSchedule" })
export type RunSchedule = z.infer<typeof RunSchedule>

const ScheduleName = z.string().trim().min(1).max(limits.presetNameCharactersMax)

export const CreateScheduleRequest = z
  .object({
    name: ScheduleName,
    team_id: Id.nullish().describe("On whose account its runs are"),
    inference_model: runFields.inference_model.shape,
    eval_config: HostedEvalConfig.describe("Without custom_secrets, as those are not kept; max_cost_usd is the budget of each run"),
    when: ScheduleTime,
    baseline: ScheduleBaseline.default("pinned"),
  })
  .meta({ id: "CreateScheduleRequest" })
export type CreateScheduleRequest = z.infer<typeof CreateScheduleRequest>

export const UpdateScheduleRequest = z
  .object({
    name: ScheduleName.optional(),
    when: ScheduleTime.optional(),
    baseline: ScheduleBaseline.optional(),
    is_paused: z.boolean().optional(),
  })
  .meta({ id: "UpdateScheduleRequest" })
export type UpdateScheduleRequest = z.infer<typeof UpdateScheduleRequest>

export const ListSchedulesResponse = z
  .object({ schedules: z.array(RunSchedule).describe(`By name; an account has at most ${limits.schedulesMax} for an environment`) })
  .meta({ id: "ListSchedulesResponse" })
export type ListSchedulesResponse = z.infer<typeof ListSchedulesResponse>
