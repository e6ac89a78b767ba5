import { endpoints } from "../../../contract/index.ts"
import { createSchedule, deleteSchedule, readSchedules, runScheduleNow, updateSchedule } from "../../services/schedules/schedules.ts"
import { type App, route } from "../route.ts"

export function scheduleRoutes(app: App): void {
  route(app, endpoints.listSchedules, async ({ ctx, params }) => readSchedules(ctx, params.owner, params.name))
  route(app, endpoints.createSchedule, async ({ ctx, params, body }) => createSchedule(ctx, params.owner, params.name, body))
  route(app, endpoints.updateSchedule, async ({ ctx, params, body }) => updateSchedule(ctx, params.schedule_id, body))
  route(app, endpoints.runSchedule, async ({ ctx, params }) => ({ evaluation_id: await runScheduleNow(ctx, params.schedule_id) }))
  route(app, endpoints.deleteSchedule, async ({ ctx, params }) => {
    await deleteSchedule(ctx, params.schedule_id)
    return { id: params.schedule_id, deleted: true }
  })
}
