import type { Db } from "../store/db.ts"
import { listChannelsForRun } from "../store/notifications/rules.ts"
import { queueMessages } from "../store/outbox/messages.ts"
import type { ScheduleRecord } from "../store/schedules/schedules.ts"
import { listEnvironmentNames } from "../store/usage/usage-report.ts"

/** Queues that a schedule launched no run for a time, in the transaction that deals with that time. Whoever is told of its runs may ask for it. */
export async function tellMissed(tx: Db, schedule: ScheduleRecord, due: Date, problem: string): Promise<void> {
  const { id, name, userId, teamId, environmentId } = schedule
  const channels = await listChannelsForRun(tx, { userId, teamId, environmentId }, ["missed"])
  if (channels.length === 0) return
  const environment = (await listEnvironmentNames(tx, [environmentId])).get(environmentId) ?? null
  await queueMessages(
    tx,
    {
      cause: `schedule:${id}:${due.getTime()}`,
      type: "schedule.missed",
      data: { schedule_id: id, name, environment, team_id: teamId, due_at: due.toISOString(), problem },
    },
    channels,
  )
}
