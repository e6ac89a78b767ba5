import type { HostedEvalConfig } from "../../../contract/index.ts"
import { ServiceError, toError } from "../../base/errors.ts"
import { tellMissed } from "../../outbox/tell-missed.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { findUser } from "../../store/identity/users.ts"
import { finishDue, hasActiveRun, listDue, nextTime, type ScheduleRecord } from "../../store/schedules/schedules.ts"
import type { Context, Services } from "../context.ts"
import { launchRuns } from "../evaluations/launch/launch-runs.ts"
import { contextOfUser } from "../identity/identify-caller.ts"

const dueAtOnce = 20

/**
 * Launches the run of a schedule.
 * @param due the time it is launched for, which gives one run however often and by how many workers it is tried; null for a run besides those
 * @throws as `launchRuns`
 */
export async function launchScheduled(ctx: Context, schedule: ScheduleRecord, due: Date | null): Promise<EvaluationRecord> {
  const [run] = await launchRuns(ctx, {
    // As it was checked when it was stored.
    eval_config: schedule.config as unknown as HostedEvalConfig,
    team_id: schedule.teamId,
    environments: [{ id: schedule.environmentId, field: ["environment_id"] }],
    models: [{ id: schedule.modelName, field: ["inference_model"] }],
    nameOf: () => schedule.name,
    suiteId: null,
    scheduleId: schedule.id,
    idempotency_key: due && `schedule ${schedule.id} ${due.getTime()}`,
    request: { schedule: schedule.id, due },
  })
  return run as EvaluationRecord
}

/**
 * Launches what is due. A schedule whose times passed while nothing ran is due once. What cannot be launched says so with the schedule, and
 * waits for its next time.
 */
export async function launchDue(services: Services): Promise<void> {
  for (const schedule of await listDue(services.db, dueAtOnce))
    await launchOne(services, schedule).catch((error: unknown) =>
      services.log.warn({ error: toError(error).message, schedule: schedule.id }, "a scheduled run was not launched; it is tried again"),
    )
}

async function launchOne(services: Services, schedule: ScheduleRecord): Promise<void> {
  const { id, userId, nextAt: due, when } = schedule
  if (!due) return
  const problem = await launchOrRefuse(await contextOfUser(services, userId, "run"), schedule, due)
  const next = await nextTime(services.db, when)
  await services.db.transaction(async (tx) => {
    if ((await finishDue(tx, id, due, next, problem)) && problem !== null) await tellMissed(tx, schedule, due, problem)
  })
}

/** @returns why nothing was launched; null when it was */
async function launchOrRefuse(ctx: Context, schedule: ScheduleRecord, due: Date): Promise<string | null> {
  try {
    if ((await findUser(ctx.db, schedule.userId))?.switchedOffAt) return "The account of whoever made it is switched off"
    if (await hasActiveRun(ctx.db, schedule.id)) return "The run before was still under way, so this time was left out"
    await launchScheduled(ctx, schedule, due)
    return null
  } catch (error) {
    if (error instanceof ServiceError) return error.message
    throw error
  }
}
