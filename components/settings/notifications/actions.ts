"use server"

import { revalidatePath } from "next/cache"
import type { CreateChannelRequest, CreateRuleRequest, UpdateChannelRequest } from "@/contract/index.ts"
import type { Client } from "@/lib/api/client.ts"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** A write after which the pages about notifications are read again. */
const write = <T>(run: (client: Client) => Promise<T>) =>
  formAction(async () => {
    const value = await run(await api())
    revalidatePath(paths.notifications, "layout")
    return value
  })

export async function addChannel(body: CreateChannelRequest) {
  return write((client) => client.createNotificationChannel({ body }))
}

export async function changeChannel(id: string, body: UpdateChannelRequest) {
  return write((client) => client.updateNotificationChannel({ params: { channel_id: id }, body }))
}

export async function confirmChannel(id: string, code: string) {
  return write((client) => client.confirmNotificationChannel({ params: { channel_id: id }, body: { code } }))
}

/** The only answer that carries the new key. */
export async function rotateSecret(id: string) {
  return write((client) => client.rotateNotificationSecret({ params: { channel_id: id } }))
}

export async function sendTest(id: string) {
  return write((client) => client.testNotificationChannel({ params: { channel_id: id } }))
}

export async function sendAgain(id: string, deliveryId: string) {
  return write((client) => client.sendNotificationAgain({ params: { channel_id: id, delivery_id: deliveryId } }))
}

export async function removeChannel(id: string) {
  return write((client) => client.deleteNotificationChannel({ params: { channel_id: id } }))
}

/** @param environment the owner and name of the environment that the rule is about, as people write them */
export async function addRule(body: CreateRuleRequest, environment: { owner: string; name: string } | null) {
  return write(async (client) => {
    const about = environment ? { environment_id: (await client.getEnvironmentStatus({ params: environment })).data.id } : {}
    return client.createNotificationRule({ body: { ...body, ...about } })
  })
}

export async function removeRule(id: string) {
  return write((client) => client.deleteNotificationRule({ params: { rule_id: id } }))
}
