import { verdictText } from "../../../contract/compare/words.ts"
import {
  type CreateScheduleRequest,
  type HostedEvalConfig,
  isTerminal,
  type ListSchedulesResponse,
  limits,
  type RunSchedule,
  type ScheduledRun,
  stringifyExact,
  type UpdateScheduleRequest,
} from "../../../contract/index.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import type { Db } from "../../store/db.ts"
import { findBaseline } from "../../store/evaluations/baselines.ts"
import { averageReward, type EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import {
  deleteSchedule as deleteRow,
  findSchedule,
  insertSchedule,
  listScheduledRuns,
  listSchedules,
  lockAndCountSchedules,
  nextTime,
  type ScheduleRecord,
  updateSchedule as updateRow,
} from "../../store/schedules/schedules.ts"
import { record } from "../audit/record.ts"
import { checkBudget } from "../billing/check-budget.ts"
import { type Context, requireUser } from "../context.ts"
import { requireEnvironment } from "../environments/find-environments.ts"
import { gateVerdict } from "../evaluations/compare/gate-verdict.ts"
import { checkModel, findTarget } from "../evaluations/launch/check-launch.ts"
import { requireMay } from "../identity/may.ts"
import { requireTeam } from "../identity/teams.ts"
import { launchScheduled } from "./launch-scheduled.ts"

/** The schedules of an environment, with their last runs and what these say. */
export async function readSchedules(ctx: Context, owner: string, name: string): Promise<ListSchedulesResponse> {
  requireUser(ctx)
  const { environment } = await requireEnvironment(ctx, owner, name)
  return { schedules: await withRuns(ctx, await listSchedules(ctx.db, ctx.viewer, environment.id)) }
}

async function withRuns(ctx: Context, rows: readonly ScheduleRecord[]): Promise<RunSchedule[]> {
  const runs = await listScheduledRuns(
    ctx.db,
    rows.map(({ id }) => id),
    limits.scheduledRunsShown + 1,
  )
  return Promise.all(rows.map(async (row) => toSchedule(row, await toRuns(ctx, row, runs.get(row.id) ?? []))))
}

const toSchedule = (row: ScheduleRecord, runs: ScheduledRun[]): RunSchedule => ({
  id: row.id,
  name: row.name,
  environment_id: row.environmentId,
  team_id: row.teamId,
  inference_model: row.modelName,
  // As it was checked when it was stored.
  eval_config: row.config as unknown as HostedEvalConfig,
  when: row.when,
  baseline: row.baseline,
  is_paused: row.pausedAt !== null,
  next_at: row.nextAt?.toISOString() ?? null,
  problem: row.problem !== null && row.problemAt !== null ? { message: row.problem, at: row.problemAt.toISOString() } : null,
  created_at: row.createdAt.toISOString(),
  runs,
})

async function toRuns(
  ctx: Context,
  { baseline, environmentId }: ScheduleRecord,
  found: readonly EvaluationRecord[],
): Promise<ScheduledRun[]> {
  const pinned = baseline === "pinned" ? await findBaseline(ctx.db, ctx.viewer, environmentId) : undefined
  return Promise.all(
    found.slice(0, limits.scheduledRunsShown).map(async (run, i) => {
      const before = found.slice(i + 1).find(({ status, samplesDone }) => isTerminal(status) && samplesDone > 0)
      const other = baseline === "pinned" ? pinned : baseline === "previous" ? before : undefined
      return {
        evaluation_id: run.id,
        name: run.name,
        status: run.status,
        created_at: run.createdAt.toISOString(),
        mean: averageReward(run),
        verdict: other && other.id !== run.id ? await verdictOf(ctx, run, other) : null,
      }
    }),
  )
}

/** What can be said about a run that has ended; nothing about one that cannot be compared. */
async function verdictOf(ctx: Context, run: EvaluationRecord, baseline: EvaluationRecord): Promise<ScheduledRun["verdict"]> {
  if (!isTerminal(run.status) || !isTerminal(baseline.status) || run.samplesDone === 0) return null
  try {
    const { verdict, sentence } = await gateVerdict(ctx, { runs: `${baseline.id},${run.id}`, errors: "zero", margin: 0, fail_on: "worse" })
    return { text: verdictText[verdict], sentence, baseline_id: baseline.id }
  } catch (error) {
    if (error instanceof ServiceError) return null
    throw error
  }
}

/**
 * Makes a schedule of the caller's or a team's.
 * @throws ServiceError for what could not be launched now, one-off secrets, and when the account has as many schedules as there may be
 */
export async function createSchedule(ctx: Context, owner: string, name: string, input: CreateScheduleRequest): Promise<RunSchedule> {
  const userId = requireUser(ctx)
  const { environment } = await requireEnvironment(ctx, owner, name)
  const teamId = input.team_id ? requireTeam(ctx, input.team_id) : null
  if (Object.keys(input.eval_config.custom_secrets ?? {}).length > 0)
    throw invalid(["eval_config", "custom_secrets"], "are not kept: store them as secrets of the environment")
  if (Buffer.byteLength(stringifyExact(input.eval_config)) > limits.presetBytesMax)
    throw invalid(["eval_config"], `is larger than ${limits.presetBytesMax / 1024} KiB, the most that a schedule holds`)
  const target = await findTarget(ctx, { id: environment.id, field: ["name"] })
  await checkModel(ctx, { id: input.inference_model, field: ["inference_model"] }, input.eval_config, [target], { userId, teamId })
  await checkBudget(ctx, input, { userId, teamId })
  return ctx.db.transaction(async (tx) => {
    if ((await lockAndCountSchedules(tx, { userId, teamId })) >= limits.schedulesMax)
      throw new ServiceError("conflict", `There are ${limits.schedulesMax} schedules, which is the most of an account: delete one first`)
    const row = await insertSchedule(tx, {
      id: newId(),
      environmentId: environment.id,
      userId,
      teamId,
      name: input.name,
      modelName: input.inference_model,
      config: { ...input.eval_config },
      when: input.when,
      baseline: input.baseline,
      nextAt: await nextTime(tx, input.when),
    })
    await recordSchedule(ctx, tx, "schedule.create", row)
    return toSchedule(row, [])
  })
}

const recordSchedule = (ctx: Context, tx: Db, action: "schedule.create" | "schedule.update" | "schedule.delete", row: ScheduleRecord) =>
  record(ctx, tx, {
    action,
    target: { kind: "schedule", id: row.id, name: row.name },
    teamId: row.teamId,
    details: { ...row.when, is_paused: row.pausedAt !== null },
  })

async function requireSchedule(ctx: Context, db: Db, id: string): Promise<ScheduleRecord> {
  requireUser(ctx)
  const row = await findSchedule(db, ctx.viewer, id)
  if (!row) throw notFound("schedule", id)
  requireMay(ctx, row)
  return row
}

/** Changes what is given. One that goes on after a pause is due at its next time, not for those that it missed. */
export async function updateSchedule(ctx: Context, id: string, input: UpdateScheduleRequest): Promise<RunSchedule> {
  await ctx.db.transaction(async (tx) => {
    const before = await requireSchedule(ctx, tx, id)
    const when = input.when ?? before.when
    const isPaused = input.is_paused ?? before.pausedAt !== null
    const isMoved = input.when !== undefined || isPaused !== (before.pausedAt !== null)
    const row = await updateRow(tx, id, {
      name: input.name,
      when,
      baseline: input.baseline,
      pausedAt: isPaused ? (before.pausedAt ?? new Date()) : null,
      ...(isMoved ? { nextAt: isPaused ? null : await nextTime(tx, when) } : {}),
    })
    if (row) await recordSchedule(ctx, tx, "schedule.update", row)
  })
  const [schedule] = await withRuns(ctx, [await requireSchedule(ctx, ctx.db, id)])
  return schedule as RunSchedule
}

/** Deletes a schedule; its runs stay. */
export async function deleteSchedule(ctx: Context, id: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const row = await requireSchedule(ctx, tx, id)
    await deleteRow(tx, id)
    await recordSchedule(ctx, tx, "schedule.delete", row)
  })
}

/** Launches the run of a schedule besides its times. @returns the run's id */
export async function runScheduleNow(ctx: Context, id: string): Promise<string> {
  return (await launchScheduled(ctx, await requireSchedule(ctx, ctx.db, id), null)).id
}
