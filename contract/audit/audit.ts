import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"

/** What the audit log tells of, each with its words. Reading is not among it. */
export const auditActions = {
  "sign_in.create": "Signed in",
  "account.update": "Changed their name or e-mail address",
  "password.change": "Chose a new password",
  "person.update": "Changed what a person may do here",
  "password_reset.create": "Made a link for a forgotten password",
  "passkey.add": "Added a passkey",
  "passkey.remove": "Removed a passkey",
  "invitation.create": "Invited a person",
  "invitation.revoke": "Revoked an invitation",
  "terminal.approve": "Let a terminal in",
  "terminal.deny": "Refused a terminal",
  "api_key.create": "Made an API key",
  "api_key.revoke": "Revoked an API key",
  "team.create": "Made a team",
  "member.add": "Joined a team",
  "member.role": "Changed a member's role",
  "member.remove": "Removed a member",
  "name.change": "Changed the user name",
  "secret.create": "Stored a secret",
  "secret.update": "Changed a secret",
  "secret.delete": "Deleted a secret",
  "provider.create": "Added a model provider",
  "provider.update": "Changed a model provider",
  "provider.delete": "Deleted a model provider",
  "environment.publish": "Published a version",
  "environment.update": "Changed what an environment says of itself",
  "environment.visibility": "Changed who sees an environment",
  "environment.settings": "Changed an environment's variables or secrets",
  "environment.delete": "Deleted an environment",
  "version.delete": "Deleted a version",
  "baseline.pin": "Pinned a baseline",
  "baseline.unpin": "Took a baseline away",
  "schedule.create": "Made a schedule",
  "schedule.update": "Changed a schedule",
  "schedule.delete": "Deleted a schedule",
  "run.launch": "Launched a run",
  "run.resume": "Resumed a run",
  "run.stop": "Stopped a run",
  "run.delete": "Deleted a run",
  "share.create": "Made a link to a run",
  "share.revoke": "Revoked a link to a run",
  "budget.set": "Set a budget",
} as const

export type AuditAction = keyof typeof auditActions
export const auditActionNames = Object.keys(auditActions) as [AuditAction, ...AuditAction[]]

export const AuditEntry = z
  .object({
    seq: z.int().describe("Its place in the log, from 1"),
    at: Timestamp,
    actor_id: z.string().describe("The person who did it, or for whom a run did"),
    actor_name: z.string().describe("What the person was called then"),
    action: z.string(),
    team_id: z.string().nullable(),
    target_kind: z.string(),
    target_id: z.string().nullable(),
    target_name: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    hash: z.string().describe("SHA-256 of this entry and the hash of the one before"),
  })
  .meta({ id: "AuditEntry" })
export type AuditEntry = z.infer<typeof AuditEntry>

export const ListAuditQuery = z.object({
  actor: Id.nullish().describe("Only what this person did"),
  action: z.enum(auditActionNames).nullish(),
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullish().describe("The `next` of the page before"),
  limit: z.coerce.number().int().min(1).max(limits.listPageMax).default(50),
})
export type ListAuditQuery = z.infer<typeof ListAuditQuery>

export const ListAuditResponse = z
  .object({
    entries: z.array(AuditEntry).describe("Newest first"),
    next: z.int().nullable(),
    scope: z.enum(["all", "own"]).describe("Admins of the platform see what everybody did, others what they did themselves"),
    people: z.array(z.object({ id: z.string(), name: z.string() })).describe("Whom an admin may filter by: those in the log, at most 100"),
  })
  .meta({ id: "ListAuditResponse" })
export type ListAuditResponse = z.infer<typeof ListAuditResponse>
