"use server"

import { revalidatePath } from "next/cache"
import type { CreateScheduleRequest, UpdateScheduleRequest } from "@/contract/index.ts"
import type { Client } from "@/lib/api/client.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** A write, after which the pages of environments are read again. */
const write = <T>(run: (client: Client) => Promise<T>): Promise<ActionResult<T>> =>
  formAction(async () => {
    const done = await run(await api())
    revalidatePath(paths.environments, "layout")
    return done
  })

export async function createSchedule(owner: string, name: string, body: CreateScheduleRequest) {
  return write((client) => client.createSchedule({ params: { owner, name }, body }))
}

export async function updateSchedule(id: string, body: UpdateScheduleRequest) {
  return write((client) => client.updateSchedule({ params: { schedule_id: id }, body }))
}

export async function deleteSchedule(id: string) {
  return write((client) => client.deleteSchedule({ params: { schedule_id: id } }))
}

/** Launches the run of a schedule now. @returns the run's id */
export async function runSchedule(id: string): Promise<ActionResult<string>> {
  return write(async (client) => (await client.runSchedule({ params: { schedule_id: id } })).evaluation_id)
}
