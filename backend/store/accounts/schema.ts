import { bigint, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core"
import { moment } from "../columns.ts"
import { teams, users } from "../identity/schema.ts"

const ofUser = () =>
  text("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" })

/** Passwords, apart from the users: nothing that shows people reads this table. */
export const passwords = pgTable("passwords", {
  userId: text("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  /** Argon2id with its parameters and salt, as a PHC string. */
  hash: text().notNull(),
  changedAt: moment("changed_at").notNull().defaultNow(),
})

/** Browsers that are signed in. */
export const sessions = pgTable(
  "sessions",
  {
    id: text().primaryKey(),
    userId: ofUser(),
    tokenHash: text("token_hash").notNull().unique(),
    method: text().$type<"operator" | "password" | "passkey" | "provider">().notNull(),
    browser: text().notNull(),
    address: text(),
    createdAt: moment("created_at").notNull().defaultNow(),
    lastUsedAt: moment("last_used_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [index("sessions_user").on(t.userId, t.lastUsedAt, t.id), index("sessions_expires").on(t.expiresAt)],
)

/** Attempts to sign in, by the hash of an account or of an address, since the first one that still counts. */
export const signInAttempts = pgTable(
  "sign_in_attempts",
  { who: text().primaryKey(), count: integer().notNull(), since: moment("since").notNull().defaultNow() },
  (t) => [index("sign_in_attempts_since").on(t.since)],
)

/** Links with which people make accounts and join teams. */
export const invitations = pgTable(
  "invitations",
  {
    id: text().primaryKey(),
    tokenHash: text("token_hash").notNull().unique(),
    email: text().notNull(),
    teamId: text("team_id").references(() => teams.id, { onDelete: "cascade" }),
    role: text().$type<"owner" | "editor" | "runner" | "viewer">(),
    invitedBy: text("invited_by")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    usedAt: moment("used_at"),
    usedBy: text("used_by").references(() => users.id, { onDelete: "set null" }),
  },
  (t) => [
    index("invitations_made").on(t.createdAt, t.id),
    index("invitations_team").on(t.teamId, t.createdAt, t.id),
    index("invitations_by").on(t.invitedBy),
    index("invitations_used_by").on(t.usedBy),
  ],
)

/** Links with which people choose a new password; one for each person. */
export const passwordResets = pgTable("password_resets", {
  userId: text("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  tokenHash: text("token_hash").notNull().unique(),
  expiresAt: moment("expires_at").notNull(),
})

/** Who a person is to a provider of identities. */
export const identities = pgTable(
  "identities",
  {
    provider: text().notNull(),
    subject: text().notNull(),
    userId: ofUser(),
    /** The address that the provider has verified, in lower case. */
    email: text(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.provider, t.subject] }), index("identities_user").on(t.userId)],
)

/** Keys in people's devices and password managers. */
export const passkeys = pgTable(
  "passkeys",
  {
    id: text().primaryKey(),
    userId: ofUser(),
    name: text().notNull(),
    /** What the device calls it. */
    credentialId: text("credential_id").notNull().unique(),
    /** COSE, in base64url. */
    publicKey: text("public_key").notNull(),
    /** How often the device has used it, where it counts. */
    counter: bigint({ mode: "number" }).notNull(),
    transports: text().array().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    lastUsedAt: moment("last_used_at"),
  },
  (t) => [index("passkeys_user").on(t.userId, t.createdAt, t.id)],
)

/** What browsers were given to sign, until they answer. */
export const passkeyChallenges = pgTable(
  "passkey_challenges",
  {
    hash: text().primaryKey(),
    /** Who makes a passkey; null for whoever signs in. */
    userId: text("user_id").references(() => users.id, { onDelete: "cascade" }),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [index("passkey_challenges_expires").on(t.expiresAt)],
)
