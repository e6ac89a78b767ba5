import * as z from "zod"
import { hasCredentials, Id, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"

export const channelKinds = ["webhook", "email", "slack", "push"] as const
export type ChannelKind = (typeof channelKinds)[number]

/** What a person may be told about. The order is that of the page. */
export const notificationEvents = ["ended", "failed", "regressed", "missed", "budget", "mentioned"] as const
export type NotificationEvent = (typeof notificationEvents)[number]

/** The share of a month's budget from which on it is near its end. */
export const budgetNearEnd = 0.8

/** When a message is tried again, in seconds after the try before: the schedule that Standard Webhooks recommends. */
export const retrySeconds = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400] as const
/** Tries of a message, the first one included. */
export const triesMax = retrySeconds.length + 1

/** What messages are called on the wire. */
export const messageTypes = [
  "evaluation.completed",
  "evaluation.failed",
  "evaluation.cancelled",
  "evaluation.regressed",
  "budget.near_end",
  "comment.mentioned",
  "schedule.missed",
  "channel.test",
  "channel.confirm",
] as const
export type MessageType = (typeof messageTypes)[number]

const Name = z.string().trim().min(1).max(limits.channelNameCharactersMax)
const Address = z
  .url({ protocol: /^https?$/, error: "must be an http or https address" })
  .max(2000)
  .refine((url) => !hasCredentials(url), "must not hold a name or a password")

/** What a browser gives when it subscribes to messages. */
export const PushSubscription = z.object({
  endpoint: Address,
  keys: z.object({ p256dh: z.string().min(1).max(200), auth: z.string().min(1).max(100) }),
})
export type PushSubscription = z.infer<typeof PushSubscription>

export const NotificationChannel = z
  .object({
    id: Id,
    kind: z.enum(channelKinds),
    name: z.string(),
    shown_address: z.string().describe("Where it leads, without what only its owner should know"),
    state: z.enum(["on", "off", "unconfirmed"]),
    state_reason: z.string().nullable().describe("Why the platform switched it off"),
    created_at: Timestamp,
    last_message: z
      .object({ state: z.enum(["waiting", "delivered", "given_up"]), at: Timestamp, error: z.string().nullable() })
      .nullable()
      .describe("The newest message, and what came of its last try"),
  })
  .meta({ id: "NotificationChannel" })
export type NotificationChannel = z.infer<typeof NotificationChannel>

export const CreateChannelRequest = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("webhook"), name: Name, url: Address }),
    z.object({ kind: z.literal("slack"), name: Name, url: Address }),
    z.object({ kind: z.literal("email"), name: Name, address: z.email("must be an e-mail address").max(254) }),
    z.object({ kind: z.literal("push"), name: Name, subscription: PushSubscription }),
  ])
  .meta({ id: "CreateChannelRequest" })
export type CreateChannelRequest = z.infer<typeof CreateChannelRequest>

const secret = z
  .string()
  .nullable()
  .describe("Of a webhook: the key that its messages are signed with (whsec_…). It is answered here once, and cannot be read again")

export const CreatedChannel = z.object({ channel: NotificationChannel, secret }).meta({ id: "CreatedNotificationChannel" })
export type CreatedChannel = z.infer<typeof CreatedChannel>

export const UpdateChannelRequest = z
  .object({ name: Name.optional(), is_on: z.boolean().optional() })
  .refine(({ name, is_on }) => name !== undefined || is_on !== undefined, "names nothing to change")
  .meta({ id: "UpdateNotificationChannelRequest" })
export type UpdateChannelRequest = z.infer<typeof UpdateChannelRequest>

export const ConfirmChannelRequest = z
  .object({ code: z.string().trim().toUpperCase().min(1).max(20) })
  .meta({ id: "ConfirmNotificationChannelRequest" })

export const NotificationRule = z
  .object({
    id: Id,
    events: z.array(z.enum(notificationEvents)),
    environment: z.object({ id: Id, owner: z.string(), name: z.string() }).nullable(),
    team: z.object({ id: Id, name: z.string() }).nullable(),
    channel_id: Id.nullable().describe("Null for all of the person's channels"),
    created_at: Timestamp,
  })
  .meta({ id: "NotificationRule" })
export type NotificationRule = z.infer<typeof NotificationRule>

export const CreateRuleRequest = z
  .object({
    events: z
      .array(z.enum(notificationEvents))
      .min(1, "must name at least one event")
      .overwrite((events) => [...new Set(events)]),
    environment_id: Id.nullish().describe("Evaluations of this environment, whoever of the caller's teams launched them"),
    team_id: Id.nullish().describe("Evaluations and the budget of this team; without it and an environment, what the caller launches"),
    channel_id: Id.nullish(),
  })
  .refine(({ environment_id, team_id }) => !(environment_id && team_id), {
    path: ["team_id"],
    message: "a rule is about an environment or about a team, not both",
  })
  .refine(({ environment_id, events }) => !environment_id || !events.includes("budget"), {
    path: ["events"],
    message: "an environment has no budget: ask for budget in a rule about a team, or about your own evaluations",
  })
  .meta({ id: "CreateNotificationRuleRequest" })
export type CreateRuleRequest = z.infer<typeof CreateRuleRequest>

export const NotificationSettings = z
  .object({
    channels: z.array(NotificationChannel).describe(`All of the caller's, at most ${limits.channelsMax}, oldest first`),
    rules: z.array(NotificationRule).describe(`All of the caller's, at most ${limits.notificationRulesMax}, oldest first`),
    offers_email: z.boolean().describe("Whether the operator has set a mail server"),
    push_key: z.string().describe("With which browsers subscribe: the platform's VAPID key"),
  })
  .meta({ id: "NotificationSettings" })
export type NotificationSettings = z.infer<typeof NotificationSettings>

export const Delivery = z
  .object({
    id: z.string().describe("The same at every try: the webhook-id of a webhook"),
    type: z.enum(messageTypes),
    title: z.string(),
    state: z.enum(["waiting", "delivered", "given_up"]),
    next_try_at: Timestamp.nullable(),
    created_at: Timestamp,
    tries: z
      .array(
        z.object({
          number: z.int(),
          at: Timestamp,
          took_ms: z.int(),
          status: z.int().nullable().describe("Of the answer; null where none came"),
          error: z.string().nullable(),
          answer: z.string().nullable().describe(`The first ${limits.answerCharactersMax} characters of the answer`),
        }),
      )
      .describe("Newest first, the last ten"),
  })
  .meta({ id: "NotificationDelivery" })
export type Delivery = z.infer<typeof Delivery>

export const ListDeliveriesQuery = z.object({
  cursor: z.string().max(200).nullish().describe("The `next` of the page before"),
  limit: z.coerce.number().int().min(1).max(limits.listPageMax).default(20),
})
export type ListDeliveriesQuery = z.infer<typeof ListDeliveriesQuery>

export const ListDeliveriesResponse = z
  .object({ deliveries: z.array(Delivery), next: z.string().nullable() })
  .meta({ id: "ListNotificationDeliveriesResponse" })
export type ListDeliveriesResponse = z.infer<typeof ListDeliveriesResponse>
