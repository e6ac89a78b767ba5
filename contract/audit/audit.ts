import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"
import { auditActionNames } from "./actions.ts"

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
