import * as z from "zod"
import { Id } from "../../common.ts"
import { endpoint } from "../../endpoint.ts"
import { limits } from "../../limits.ts"
import * as schedules from "../../schedules/schedules.ts"

const bySlug = z.object({ owner: z.string(), name: z.string() })
const byId = z.object({ schedule_id: Id })

export const schedulesEndpoints = {
  listSchedules: endpoint({
    method: "get",
    path: "/environmentshub/{owner}/{name}/schedules",
    group: "hosted-evaluations",
    summary: "The schedules by which evaluations of an environment are launched, those of the caller and the caller's teams",
    access: "required",
    params: bySlug,
    status: 200,
    answer: "json",
    response: schedules.ListSchedulesResponse,
    extension: true,
  }),
  createSchedule: endpoint({
    method: "post",
    path: "/environmentshub/{owner}/{name}/schedules",
    group: "hosted-evaluations",
    summary: `Launch an evaluation every day, every week or with each published version; at most ${limits.schedulesMax} schedules of an account`,
    access: "required",
    params: bySlug,
    body: schedules.CreateScheduleRequest,
    status: 201,
    answer: "json",
    response: schedules.RunSchedule,
    extension: true,
  }),
  updateSchedule: endpoint({
    method: "patch",
    path: "/run-schedules/{schedule_id}",
    group: "hosted-evaluations",
    summary: "Change a schedule, pause it or let it go on",
    access: "required",
    params: byId,
    body: schedules.UpdateScheduleRequest,
    status: 200,
    answer: "json",
    response: schedules.RunSchedule,
    extension: true,
  }),
  runSchedule: endpoint({
    method: "post",
    path: "/run-schedules/{schedule_id}/run",
    group: "hosted-evaluations",
    summary: "Launch the evaluation of a schedule now, besides its times",
    access: "required",
    params: byId,
    status: 201,
    answer: "json",
    response: z.object({ evaluation_id: Id }),
    extension: true,
  }),
  deleteSchedule: endpoint({
    method: "delete",
    path: "/run-schedules/{schedule_id}",
    group: "hosted-evaluations",
    summary: "Delete a schedule; its evaluations stay",
    access: "required",
    params: byId,
    status: 200,
    answer: "json",
    response: z.object({ id: Id, deleted: z.boolean() }),
    extension: true,
  }),
}
