import { boolean, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core"
import type { AccessRole } from "../../../contract/index.ts"
import { moment } from "../columns.ts"
import { teams, users } from "../identity/schema.ts"

/** What directories such as Okta or Entra speak with. */
export const directoryTokens = pgTable(
  "directory_tokens",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    hash: text().notNull().unique(),
    /** The first characters, so that people can tell tokens apart. */
    prefix: text().notNull(),
    madeBy: text("made_by")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at"),
    /** Written at most once a minute. */
    lastUsedAt: moment("last_used_at"),
    revokedAt: moment("revoked_at"),
  },
  (t) => [index("directory_tokens_made").on(t.createdAt, t.id), index("directory_tokens_by").on(t.madeBy)],
)

/** What a directory says of a person, beside what the platform has. People whom no directory has written have no row. */
export const directoryPeople = pgTable(
  "directory_people",
  {
    userId: text("user_id")
      .primaryKey()
      .references(() => users.id, { onDelete: "cascade" }),
    userName: text("user_name").notNull(),
    /** In lower case: directories do not tell names apart by case. Of somebody deleted, what nobody is called. */
    userNameKey: text("user_name_key").notNull().unique(),
    externalId: text("external_id"),
    /** The address that the directory gives the person; theirs here may be another one by now. */
    email: text().notNull(),
    givenName: text("given_name"),
    familyName: text("family_name"),
    /** Whether the account was made for the directory: then its word about the address is believed at a sign-in. */
    madeHere: boolean("made_here").notNull(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    /** The directory has deleted the person, who is switched off since; it may make them anew. */
    deletedAt: moment("deleted_at"),
  },
  (t) => [index("directory_people_external").on(t.externalId)],
)

/** Groups of a directory, each for a role in a team, or for nothing until an admin says so. */
export const directoryGroups = pgTable(
  "directory_groups",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    nameKey: text("name_key").notNull().unique(),
    externalId: text("external_id"),
    teamId: text("team_id").references(() => teams.id, { onDelete: "set null" }),
    role: text().$type<AccessRole>().notNull().default("viewer"),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (t) => [
    index("directory_groups_created").on(t.createdAt, t.id),
    index("directory_groups_team").on(t.teamId),
    index("directory_groups_external").on(t.externalId),
  ],
)

export const directoryGroupMembers = pgTable(
  "directory_group_members",
  {
    groupId: text("group_id")
      .notNull()
      .references(() => directoryGroups.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
  },
  (t) => [primaryKey({ columns: [t.groupId, t.userId] }), index("directory_group_members_user").on(t.userId)],
)
