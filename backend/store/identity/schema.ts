import { sql } from "drizzle-orm"
import { boolean, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core"
import type { AccessRole, KeyScope } from "../../../contract/index.ts"
import { moment } from "../columns.ts"

export const users = pgTable(
  "users",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    email: text().notNull().unique(),
    slug: text().unique(),
    role: text().$type<"ADMIN" | "MANAGER" | "USER">().notNull(),
    /** Whoever started the platform, whatever their address is by now. */
    isOperator: boolean("is_operator").notNull().default(false),
    /** Since when the person may do nothing here any more; what they made stays. */
    switchedOffAt: moment("switched_off_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [index("users_created").on(t.createdAt, t.id)],
)

export const teams = pgTable("teams", {
  id: text().primaryKey(),
  name: text().notNull(),
  slug: text().notNull().unique(),
  createdAt: moment("created_at").notNull().defaultNow(),
})

export const memberships = pgTable(
  "memberships",
  {
    teamId: text("team_id")
      .notNull()
      .references(() => teams.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    role: text().$type<AccessRole>().notNull(),
    /** The place follows the groups of a directory, and is changed there. */
    fromDirectory: boolean("from_directory").notNull().default(false),
    joinedAt: moment("joined_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.userId] }), index("memberships_user").on(t.userId)],
)

export const apiKeys = pgTable(
  "api_keys",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text().notNull(),
    hash: text().notNull().unique(),
    /** The first characters, so that people can tell their keys apart. */
    prefix: text().notNull(),
    scopes: text().array().$type<KeyScope[]>().notNull().default(sql`'{read,run,write}'`),
    createdAt: moment("created_at").notNull().defaultNow(),
    revokedAt: moment("revoked_at"),
    /** None: the key works until it is revoked. */
    expiresAt: moment("expires_at"),
    /** Written at most once a minute. */
    lastUsedAt: moment("last_used_at"),
  },
  (t) => [index("api_keys_user").on(t.userId, t.createdAt, t.id)],
)

/** A terminal that waits for a key (prime login). Holds no key: one is made when an approved challenge is asked for. */
export const authChallenges = pgTable(
  "auth_challenges",
  {
    /** What the person compares and types in. */
    code: text().primaryKey(),
    /** Hash of the token that only the waiting terminal knows. */
    tokenHash: text("token_hash").notNull(),
    publicKey: text("public_key").notNull(),
    state: text().$type<"WAITING" | "APPROVED" | "DENIED" | "DONE">().notNull(),
    /** Who decided. */
    userId: text("user_id").references(() => users.id, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [index("auth_challenges_expires").on(t.expiresAt)],
)
