import * as z from "zod"
import { accessRoles } from "../access/roles.ts"
import { Id, PageQuery, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"
import { LinkToken } from "./account.ts"
import { Beginning, EmailAddress, NewPassword, NewSession } from "./sign-in.ts"

const Role = z.enum(accessRoles)

export const CreateInvitationRequest = z
  .object({
    email: EmailAddress,
    team_id: Id.optional().describe("The team that the person joins"),
    role: Role.default("runner").describe("What the person is in that team"),
  })
  .meta({ id: "CreateInvitationRequest" })
export type CreateInvitationRequest = z.infer<typeof CreateInvitationRequest>

/** An invitation that waits, or one that was used. */
export const Invitation = z
  .object({
    id: Id,
    email: z.string(),
    team_id: Id.nullable(),
    team_name: z.string().nullable(),
    role: Role.nullable(),
    invited_by: z.string(),
    created_at: Timestamp,
    expires_at: Timestamp,
    used_at: Timestamp.nullable(),
    mail: z
      .object({ state: z.enum(["waiting", "delivered", "given_up"]), error: z.string().nullable().describe("Why its last try failed") })
      .nullable()
      .describe("How far the mail with the link is; null where the platform sends no mails, or it was too long ago"),
  })
  .meta({ id: "Invitation" })
export type Invitation = z.infer<typeof Invitation>

/** The only answer that holds the link: it is not kept. */
export const NewInvitation = Invitation.extend({ url: z.string() }).meta({ id: "NewInvitation" })
export type NewInvitation = z.infer<typeof NewInvitation>

export const ListInvitationsQuery = PageQuery.extend({ team_id: Id.optional().describe("Only those to this team") })
export type ListInvitationsQuery = z.infer<typeof ListInvitationsQuery>

/** What whoever has the link sees of it. */
export const OpenInvitation = Invitation.pick({ email: true, team_name: true, role: true, invited_by: true, expires_at: true }).meta({
  id: "OpenInvitation",
})
export type OpenInvitation = z.infer<typeof OpenInvitation>

export const AcceptInvitationRequest = Beginning.extend({
  ...LinkToken.shape,
  name: z.string().trim().min(1).max(limits.nameCharactersMax).optional(),
  password: NewPassword.optional(),
})
  .meta({ id: "AcceptInvitationRequest" })
  .describe("A name and a password make an account; whoever is signed in joins with their own, without them")
export type AcceptInvitationRequest = z.infer<typeof AcceptInvitationRequest>

export const AcceptInvitationResponse = z
  .object({ session: NewSession.nullable().describe("null for whoever was signed in") })
  .meta({ id: "AcceptInvitationResponse" })
export type AcceptInvitationResponse = z.infer<typeof AcceptInvitationResponse>
