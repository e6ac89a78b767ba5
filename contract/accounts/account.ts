import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"
import { Beginning, EmailAddress, NewPassword } from "./sign-in.ts"

/** What a person signs in with. */
export const Account = z
  .object({
    user_id: Id,
    name: z.string(),
    email: z.string().nullable().describe("null for the operator who has given none yet"),
    has_password: z.boolean(),
    asks_password: z.boolean().describe("Whether a new e-mail address or password needs the present password"),
    is_admin: z.boolean().describe("Whether this person invites people to the platform"),
  })
  .meta({ id: "Account" })
export type Account = z.infer<typeof Account>

export const UpdateAccountRequest = z
  .object({
    name: z.string().trim().min(1).max(limits.nameCharactersMax).optional(),
    email: EmailAddress.optional(),
    password: NewPassword.optional().describe("Ends all other sessions"),
    current_password: z.string().max(limits.passwordCharactersMax).optional(),
  })
  .meta({ id: "UpdateAccountRequest" })
export type UpdateAccountRequest = z.infer<typeof UpdateAccountRequest>

/** A person as an admin of the platform sees them. */
export const Person = z
  .object({
    id: Id,
    name: z.string(),
    email: z.string(),
    slug: z.string().nullable(),
    is_admin: z.boolean(),
    is_operator: z.boolean().describe("Whoever started the platform: always an admin, and never switched off"),
    is_on: z.boolean().describe("Whether the person may sign in and use their keys"),
    has_password: z.boolean(),
    created_at: Timestamp,
  })
  .meta({ id: "Person" })
export type Person = z.infer<typeof Person>

export const UpdatePersonRequest = z
  .object({
    is_admin: z.boolean().optional(),
    is_on: z.boolean().optional().describe("false ends the person's sessions and refuses their keys; what they made stays"),
  })
  .refine(({ is_admin, is_on }) => is_admin !== undefined || is_on !== undefined, "names nothing to change")
  .meta({ id: "UpdatePersonRequest" })
export type UpdatePersonRequest = z.infer<typeof UpdatePersonRequest>

export const PasswordResetLink = z
  .object({
    url: z.string().describe("Works once, and is not shown again"),
    expires_at: Timestamp,
    mailed_to: z.string().nullable().describe("The address that the link is sent to as well; null where the platform sends no mails"),
  })
  .meta({ id: "PasswordResetLink" })
export type PasswordResetLink = z.infer<typeof PasswordResetLink>

export const ForgotPasswordRequest = z.object({ email: EmailAddress }).meta({ id: "ForgotPasswordRequest" })
export type ForgotPasswordRequest = z.infer<typeof ForgotPasswordRequest>

/** The end of a link that was given to a person. In the body, so that no log of addresses has it. */
export const LinkToken = z.object({ token: z.string().min(1).max(100) })

export const PasswordReset = z.object({ name: z.string(), email: z.string() }).meta({ id: "PasswordReset" })
export type PasswordReset = z.infer<typeof PasswordReset>

export const ResetPasswordRequest = Beginning.extend({ ...LinkToken.shape, password: NewPassword }).meta({ id: "ResetPasswordRequest" })
export type ResetPasswordRequest = z.infer<typeof ResetPasswordRequest>
