import type { Delivery, ListDeliveriesQuery, ListDeliveriesResponse, NotificationSettings } from "../../../contract/index.ts"
import { readMomentCursor, writeCursor } from "../../base/cursor.ts"
import { invalid } from "../../base/errors.ts"
import { readPushKeys } from "../../outbox/push-keys.ts"
import { wordsOf } from "../../outbox/words.ts"
import { listChannels } from "../../store/notifications/channels.ts"
import { listRules } from "../../store/notifications/rules.ts"
import { type ListedMessage, listMessages } from "../../store/outbox/messages.ts"
import { type Context, requireUser } from "../context.ts"
import { requireChannel, toChannel } from "./channels.ts"
import { toRule } from "./rules.ts"

/** How the caller is reached, and what they want to be told. */
export async function readNotificationSettings(ctx: Context): Promise<NotificationSettings> {
  const userId = requireUser(ctx)
  const [channels, rules, keys] = await Promise.all([listChannels(ctx.db, userId), listRules(ctx.db, userId), readPushKeys(ctx)])
  return {
    channels: channels.map(({ last, ...row }) => toChannel(row, last)),
    rules: rules.map(toRule),
    offers_email: ctx.config.mail !== null,
    push_key: keys.publicKey,
  }
}

/** A page of what was sent over a channel of the caller, newest first. */
export async function listDeliveries(ctx: Context, channelId: string, query: ListDeliveriesQuery): Promise<ListDeliveriesResponse> {
  await requireChannel(ctx, channelId)
  const before = query.cursor ? placeOf(query.cursor) : null
  const rows = await listMessages(ctx.db, channelId, { before, limit: query.limit + 1 })
  const page = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? page.at(-1) : undefined
  return { deliveries: page.map(toDelivery), next: last ? writeCursor([last.createdAt.getTime(), last.id]) : null }
}

function placeOf(cursor: string): { createdAt: Date; id: string } {
  const place = readMomentCursor(cursor)
  if (!place) throw invalid(["cursor"], "is no `next` of a page of this list")
  return place
}

const toDelivery = (row: ListedMessage): Delivery => ({
  id: row.id,
  type: row.type,
  title: wordsOf(row).title,
  state: row.state,
  next_try_at: row.state === "waiting" ? row.dueAt.toISOString() : null,
  created_at: row.createdAt.toISOString(),
  tries: row.results.map(({ number, at, tookMs, status, error, answer }) => ({
    number,
    at: at.toISOString(),
    took_ms: tookMs,
    status,
    error,
    answer,
  })),
})
