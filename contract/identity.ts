import * as z from "zod"
import { accessRoles, keyScopes } from "./access/roles.ts"
import { Id, Timestamp } from "./common.ts"
import { limits } from "./limits.ts"

const Permission = z.object({ read: z.boolean(), write: z.boolean() }).meta({ id: "PermissionType" })

export const User = z
  .object({
    id: z.string(),
    role: z.enum(["ADMIN", "MANAGER", "USER"]),
    createdAt: Timestamp,
    name: z.string(),
    slug: z.string().nullable(),
    email: z.string(),
    image: z.string().nullable(),
    emailVerified: z.boolean().nullable(),
    hasBetaAccess: z.boolean(),
    isBanned: z.boolean(),
    skipPrepay: z.boolean(),
    blacklist: z.array(z.string()),
  })
  .meta({ id: "User" })
export type User = z.infer<typeof User>

export const Whoami = User.extend({ scope: z.record(z.string(), Permission.nullable()) }).meta({ id: "WhoamiResponse" })
export type Whoami = z.infer<typeof Whoami>

/** The name of a user or a team as it stands in owner/name. Users and teams share one set of them. */
export const Slug = z
  .string()
  .min(3)
  .max(30)
  .regex(/^[a-z0-9-]+$/, "lower-case letters, digits and -")

export const UpdateSlugRequest = z.object({ slug: Slug }).meta({ id: "UserSlugUpdateRequest" })

/** Prime's words for roles, which its CLI reads: ADMIN for owners, MEMBER for everybody else. */
export const TeamRole = z.enum(["ADMIN", "MEMBER"]).meta({ id: "TeamRole" })

/** What a member is in a team, from the most to the least. */
const AccessRole = z.enum(accessRoles).meta({ id: "AccessRole" })
const KeyScope = z.enum(keyScopes).meta({ id: "KeyScope" })

const accessRole = AccessRole.optional().describe("What exactly the member is; an extension")

export const Team = z
  .object({ teamId: Id, name: z.string(), slug: z.string(), role: TeamRole, access_role: accessRole, createdAt: Timestamp })
  .meta({ id: "TeamSummary" })
export type Team = z.infer<typeof Team>

export const TeamMember = z
  .object({
    userId: Id,
    userName: z.string().nullable(),
    userEmail: z.string().nullable(),
    role: TeamRole,
    access_role: accessRole,
    from_directory: z.boolean().optional().describe("Whether the place follows a group of the directory, and is changed there"),
    joinedAt: Timestamp,
  })
  .meta({ id: "TeamMemberDetail" })
export type TeamMember = z.infer<typeof TeamMember>

const displayName = z.string().max(limits.nameCharactersMax).trim().min(1)

export const UpdateTeamMemberRequest = z.object({ access_role: AccessRole }).meta({ id: "UpdateTeamMemberRequest" })

export const CreateTeamRequest = z.object({ name: displayName, slug: Slug }).meta({ id: "CreateTeamRequest" })
export type CreateTeamRequest = z.infer<typeof CreateTeamRequest>

export const ApiKey = z
  .object({
    id: Id,
    name: z.string(),
    prefix: z.string().describe("The first characters, so that people can tell their keys apart"),
    created_at: Timestamp,
    scopes: z.array(KeyScope).describe("What the key may be used for"),
    expires_at: Timestamp.nullable().describe("When the key stops working; null for one that works until it is revoked"),
    last_used_at: Timestamp.nullable().describe("To the minute; null for a key that was never used"),
  })
  .meta({ id: "ApiKey" })
export type ApiKey = z.infer<typeof ApiKey>

/** The only answer that holds a key's value: it is not kept. */
export const NewApiKey = ApiKey.extend({ value: z.string() }).meta({ id: "NewApiKey" })
export type NewApiKey = z.infer<typeof NewApiKey>

export const CreateApiKeyRequest = z
  .object({
    name: displayName,
    scopes: z
      .array(KeyScope)
      .overwrite((scopes) => [...new Set(scopes)])
      .min(1)
      .default([...keyScopes])
      .describe("What the key may be used for: at most what the key has that asks"),
    expires_in_days: z.int().min(1).max(limits.keyDaysMax).nullish().describe("How long the key works; without it, until it is revoked"),
  })
  .meta({ id: "CreateApiKeyRequest" })
export type CreateApiKeyRequest = z.infer<typeof CreateApiKeyRequest>

// ── prime login ────────────────────────────────────────────────────────────
// A terminal shows a code, a signed-in person approves it, and the terminal fetches a new key, encrypted for it alone.

export const GenerateChallengeRequest = z
  .object({ encryptionPublicKey: z.string().max(4000).describe("RSA key of 2048 to 8192 bits, PEM, SubjectPublicKeyInfo") })
  .meta({ id: "GenerateChallengeRequest" })

export const GenerateChallengeResponse = z
  .object({ challenge: z.string(), status_auth_token: z.string() })
  .meta({ id: "GenerateChallengeResponse" })

export const ChallengeStatusResponse = z
  .object({ result: z.string().nullable().describe("The new API key, encrypted with RSA-OAEP-SHA256, in base64") })
  .meta({ id: "ChallengeStatusResponse" })

export const ChallengeState = z.enum(["WAITING", "APPROVED", "DENIED", "DONE"]).meta({ id: "ChallengeState" })
export type ChallengeState = z.infer<typeof ChallengeState>

export const Challenge = z
  .object({ challenge: z.string(), state: ChallengeState, created_at: Timestamp, expires_at: Timestamp })
  .meta({ id: "Challenge" })
export type Challenge = z.infer<typeof Challenge>

/** What this platform offers beyond Prime's public API, so that a client can tell what will work. */
export const Capabilities = z
  .object({
    platform: z.string(),
    version: z.string(),
    extensions: z.array(z.string()).describe("Operation ids of the extension endpoints"),
    executor: z.string().describe("How environments are kept apart, as configured; each run tells how it was"),
    inference_url: z.string(),
    limits: z
      .object({
        timeout_minutes: z
          .object({ min: z.int(), max: z.int(), default: z.int() })
          .describe("A run's time limit: the operator's bounds, and what a run has that names none"),
      })
      .describe("What is a setting of this platform, and not fixed by the contract"),
  })
  .meta({ id: "Capabilities" })
export type Capabilities = z.infer<typeof Capabilities>

export const Health = z.object({ status: z.literal("ok"), database: z.literal("ok"), version: z.string() }).meta({ id: "Health" })
export type Health = z.infer<typeof Health>
