import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"

/** An address as people type it, in lower case. */
export const EmailAddress = z
  .string()
  .trim()
  .toLowerCase()
  .max(limits.emailCharactersMax)
  .regex(z.regexes.email, "must be an e-mail address, such as ada@example.com")

/** Long rather than complicated. */
export const NewPassword = z.string().min(limits.passwordCharactersMin).max(limits.passwordCharactersMax)

/** What the list of sessions calls the browser or program that began one. */
const browser = z.string().max(limits.browserCharactersMax).default("")

/** Asked by whoever begins a session: a page, or a program that has none. */
export const Beginning = z.object({ browser })
export type Beginning = z.infer<typeof Beginning>

export const SignInRequest = Beginning.extend({
  email: z.string().trim().toLowerCase().max(limits.emailCharactersMax),
  password: z.string().max(limits.passwordCharactersMax),
}).meta({ id: "SignInRequest" })
export type SignInRequest = z.infer<typeof SignInRequest>

/** The only answer that holds a session's token: it is not kept. */
export const NewSession = z
  .object({ token: z.string().describe("Sent like an API key, until the session ends"), expires_at: Timestamp })
  .meta({ id: "NewSession" })
export type NewSession = z.infer<typeof NewSession>

/** How a session was begun: by the platform's operator without an account, or with what an account has. */
export const SessionMethod = z.enum(["operator", "password", "passkey", "provider"]).meta({ id: "SessionMethod" })
export type SessionMethod = z.infer<typeof SessionMethod>

export const UserSession = z
  .object({
    id: Id,
    current: z.boolean().describe("Whether this request was made with it"),
    method: SessionMethod,
    browser: z.string(),
    address: z.string().nullable().describe("Where it was begun from"),
    created_at: Timestamp,
    last_used_at: Timestamp.describe("To within five minutes"),
    expires_at: Timestamp,
  })
  .meta({ id: "UserSession" })
export type UserSession = z.infer<typeof UserSession>

export const EndSessionsResponse = z.object({ ended: z.int() }).meta({ id: "EndSessionsResponse" })

/** What there is to sign in with, beside an API key. */
export const SignInMethods = z
  .object({
    password: z.boolean().describe("Whether any account has a password"),
    passkey: z.boolean().describe("Whether any account has one"),
    forgot_password: z.boolean().describe("Whether the platform mails a link for a new password to whoever has forgotten theirs"),
  })
  .meta({ id: "SignInMethods" })
export type SignInMethods = z.infer<typeof SignInMethods>
