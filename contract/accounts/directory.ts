import * as z from "zod"
import { accessRoles } from "../access/roles.ts"
import { Id, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"

/** What a directory such as Okta or Entra speaks with. */
export const DirectoryToken = z
  .object({
    id: Id,
    name: z.string(),
    prefix: z.string().describe("The first characters, so that people can tell tokens apart"),
    made_by: z.string(),
    created_at: Timestamp,
    expires_at: Timestamp.nullable(),
    last_used_at: Timestamp.nullable().describe("To the minute; null for a token that was never used"),
  })
  .meta({ id: "DirectoryToken" })
export type DirectoryToken = z.infer<typeof DirectoryToken>

/** The only answer that holds a token's value: it is not kept. */
export const NewDirectoryToken = DirectoryToken.extend({
  value: z.string(),
  url: z.string().describe("What the directory calls the tenant's or the base URL"),
}).meta({ id: "NewDirectoryToken" })
export type NewDirectoryToken = z.infer<typeof NewDirectoryToken>

export const CreateDirectoryTokenRequest = z
  .object({
    name: z.string().max(limits.nameCharactersMax).trim().min(1),
    expires_in_days: z.int().min(1).max(limits.keyDaysMax).nullish().describe("Without it, the token works until it is revoked"),
  })
  .meta({ id: "CreateDirectoryTokenRequest" })
export type CreateDirectoryTokenRequest = z.infer<typeof CreateDirectoryTokenRequest>

/** A group that the directory keeps, and what its members are in a team. */
export const DirectoryGroup = z
  .object({
    id: Id,
    name: z.string(),
    members: z.int(),
    team_id: Id.nullable().describe("null for a group that gives nothing yet"),
    team_name: z.string().nullable(),
    role: z.enum(accessRoles),
    updated_at: Timestamp,
  })
  .meta({ id: "DirectoryGroup" })
export type DirectoryGroup = z.infer<typeof DirectoryGroup>

export const MapDirectoryGroupRequest = z
  .object({
    team_id: Id.nullable().describe("A team that the caller owns; null takes its members' places away"),
    role: z.enum(accessRoles).default("viewer"),
  })
  .meta({ id: "MapDirectoryGroupRequest" })
export type MapDirectoryGroupRequest = z.infer<typeof MapDirectoryGroupRequest>
