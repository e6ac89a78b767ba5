import { index, pgTable, text } from "drizzle-orm/pg-core"
import type { ChannelKind, NotificationEvent } from "../../../contract/index.ts"
import { bytea, moment } from "../columns.ts"
import { environments } from "../environments/schema.ts"
import { teams, users } from "../identity/schema.ts"

/** Ways to reach a person. */
export const notificationChannels = pgTable(
  "notification_channels",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    kind: text().$type<ChannelKind>().notNull(),
    name: text().notNull(),
    /** To tell it from others; the whole address may be a secret. */
    shownAddress: text("shown_address").notNull(),
    /** Where it leads and with which keys, as backend/outbox/channels reads it. */
    sealed: bytea().notNull(),
    state: text().$type<"on" | "off" | "unconfirmed">().notNull(),
    /** Why the platform switched it off. */
    stateReason: text("state_reason"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [index("notification_channels_user").on(t.userId, t.createdAt, t.id)],
)

/** What a person wants to be told: about what they launch, about a team, or about an environment. */
export const notificationRules = pgTable(
  "notification_rules",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    events: text().array().$type<NotificationEvent[]>().notNull(),
    environmentId: text("environment_id").references(() => environments.id, { onDelete: "cascade" }),
    teamId: text("team_id").references(() => teams.id, { onDelete: "cascade" }),
    /** Null for all channels of the person. */
    channelId: text("channel_id").references(() => notificationChannels.id, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    index("notification_rules_user").on(t.userId, t.createdAt, t.id),
    index("notification_rules_environment").on(t.environmentId),
    index("notification_rules_team").on(t.teamId),
    index("notification_rules_channel").on(t.channelId),
  ],
)

/** Keys that the platform makes for itself at their first use. */
export const platformKeys = pgTable("platform_keys", {
  name: text().primaryKey(),
  publicKey: text("public_key").notNull(),
  sealed: bytea().notNull(),
})
