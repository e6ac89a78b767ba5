import { randomBytes } from "node:crypto"
import {
  type CreateChannelRequest,
  type CreatedChannel,
  limits,
  type NotificationChannel,
  type UpdateChannelRequest,
} from "../../../contract/index.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newCode, newId } from "../../base/ids.ts"
import { openChannel, sealChannel } from "../../outbox/channel-secrets.ts"
import type { ChannelSecrets } from "../../outbox/channels/channel.ts"
import {
  type ChannelRecord,
  countChannels,
  deleteChannel as deleteRow,
  findChannel,
  insertChannel,
  type ListedChannel,
  lockNotifications,
  updateChannel as updateRow,
} from "../../store/notifications/channels.ts"
import { queueMessages, sendMessageAgain } from "../../store/outbox/messages.ts"
import { type Context, requireUser } from "../context.ts"

export const toChannel = (row: ChannelRecord, last: ListedChannel["last"] = null): NotificationChannel => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  shown_address: row.shownAddress,
  state: row.state,
  state_reason: row.stateReason,
  created_at: row.createdAt.toISOString(),
  last_message: last && { state: last.state, at: last.at.toISOString(), error: last.error },
})

/** A new key of a webhook, in the form of Standard Webhooks. */
const newSecret = (): string => `whsec_${randomBytes(24).toString("base64")}`

/** What is kept of a new channel, and what of it everybody may see who sees the page. */
function parts(request: CreateChannelRequest): { secrets: ChannelSecrets[keyof ChannelSecrets]; shown: string; secret: string | null } {
  switch (request.kind) {
    case "webhook": {
      const secret = newSecret()
      return { secrets: { url: request.url, secret }, shown: new URL(request.url).host, secret }
    }
    case "slack":
      return { secrets: { url: request.url }, shown: new URL(request.url).host, secret: null }
    case "email":
      return { secrets: { address: request.address, code: newCode(), wrongCodes: 0 }, shown: request.address, secret: null }
    case "push":
      return { secrets: { subscription: request.subscription }, shown: new URL(request.subscription.endpoint).host, secret: null }
  }
}

/**
 * Adds a way to reach the caller. An e-mail address is sent a code, and told nothing else until that was given back.
 * @throws ServiceError when the caller has as many as a person may, and for an address where the platform sends no mails
 */
export async function createChannel(ctx: Context, request: CreateChannelRequest): Promise<CreatedChannel> {
  const userId = requireUser(ctx)
  if (request.kind === "email" && !ctx.config.mail)
    throw invalid(["kind"], "must not be email: this platform sends no e-mail, as its operator has not set SMTP_URL and MAIL_FROM")
  const id = newId()
  const { secrets, shown, secret } = parts(request)
  return ctx.db.transaction(async (tx) => {
    await lockNotifications(tx, userId)
    if ((await countChannels(tx, userId)) >= limits.channelsMax)
      throw new ServiceError("conflict", `A person has at most ${limits.channelsMax} channels: delete one that is not needed any more`)
    const row = await insertChannel(tx, {
      id,
      userId,
      kind: request.kind,
      name: request.name,
      shownAddress: shown,
      sealed: sealChannel(ctx.config.secretKey, id, secrets),
      state: request.kind === "email" ? "unconfirmed" : "on",
    })
    if ("code" in secrets) await queueMessages(tx, { cause: `confirm:${id}`, type: "channel.confirm", data: { code: secrets.code } }, [id])
    return { channel: toChannel(row), secret }
  })
}

/** Renames a channel, or switches it on or off. @throws ServiceError for one that waits for its code */
export async function updateChannel(ctx: Context, id: string, { name, is_on: isOn }: UpdateChannelRequest): Promise<NotificationChannel> {
  const row = await requireChannel(ctx, id)
  if (isOn !== undefined && row.state === "unconfirmed")
    throw new ServiceError("conflict", "This address is not confirmed yet: enter the code that was sent there")
  const state = isOn === undefined ? {} : { state: isOn ? ("on" as const) : ("off" as const), stateReason: null }
  return toChannel((await updateRow(ctx.db, id, { name, ...state })) ?? row)
}

/** After so many wrong codes an address has to be added anew. */
const wrongCodesMax = 5

/** Switches an address on whose code the caller knows. @throws ServiceError for a wrong one */
export async function confirmChannel(ctx: Context, id: string, code: string): Promise<NotificationChannel> {
  await requireChannel(ctx, id)
  const { secretKey } = ctx.config
  const confirmed = await ctx.db.transaction(async (tx) => {
    await lockNotifications(tx, requireUser(ctx))
    const row = await requireChannel({ ...ctx, db: tx }, id)
    if (row.state !== "unconfirmed") return row
    const secrets = openChannel<"email">(secretKey, row)
    if (secrets.wrongCodes >= wrongCodesMax) throw invalid(["code"], "was wrong too often: delete the address, and add it again")
    if (secrets.code !== code) {
      await updateRow(tx, id, { sealed: sealChannel(secretKey, id, { ...secrets, wrongCodes: secrets.wrongCodes + 1 }) })
      return null
    }
    return updateRow(tx, id, { state: "on", sealed: sealChannel(secretKey, id, { ...secrets, code: null }) })
  })
  if (!confirmed) throw invalid(["code"], "is not what was sent to this address")
  return toChannel(confirmed)
}

/** Gives a webhook a new key. @throws ServiceError for another kind of channel */
export async function rotateSecret(ctx: Context, id: string): Promise<CreatedChannel> {
  const row = await requireChannel(ctx, id)
  if (row.kind !== "webhook") throw new ServiceError("conflict", "Only messages of webhooks are signed with a key")
  const { secretKey } = ctx.config
  const secret = newSecret()
  const sealed = sealChannel(secretKey, id, { ...openChannel<"webhook">(secretKey, row), secret })
  return { channel: toChannel((await updateRow(ctx.db, id, { sealed })) ?? row), secret }
}

/** Queues a message that says no more than that messages arrive. @throws ServiceError for a channel that is off */
export async function testChannel(ctx: Context, id: string): Promise<{ id: string }> {
  const row = await requireChannel(ctx, id)
  requireOn(row)
  const [queued] = await ctx.db.transaction((tx) => queueMessages(tx, { cause: `test:${newId()}`, type: "channel.test", data: {} }, [id]))
  return { id: queued as string }
}

/** Sends a message again, under the same id. @throws ServiceError for a channel that is off, or a message that it has not */
export async function sendAgain(ctx: Context, channelId: string, id: string): Promise<{ id: string }> {
  const row = await requireChannel(ctx, channelId)
  if (row.state !== "unconfirmed") requireOn(row)
  if (!(await sendMessageAgain(ctx.db, channelId, id))) throw notFound("message", id)
  return { id }
}

/** Deletes a channel with its messages. */
export async function deleteChannel(ctx: Context, id: string): Promise<void> {
  await requireChannel(ctx, id)
  await deleteRow(ctx.db, id)
}

/** A channel of the caller. @throws ServiceError when there is none */
export async function requireChannel(ctx: Context, id: string): Promise<ChannelRecord> {
  const row = await findChannel(ctx.db, requireUser(ctx), id)
  if (!row) throw notFound("channel", id)
  return row
}

function requireOn({ state }: ChannelRecord): void {
  if (state === "unconfirmed") throw new ServiceError("conflict", "This address is not confirmed yet: enter the code that was sent there")
  if (state === "off") throw new ServiceError("conflict", "This channel is off: switch it on first")
}
