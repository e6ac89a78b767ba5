import * as z from "zod"
import { Id, JsonObject, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"
import { Beginning } from "./sign-in.ts"

/** A key in a device or a password manager, with which a person signs in instead of a password. */
export const Passkey = z
  .object({ id: Id, name: z.string(), created_at: Timestamp, last_used_at: Timestamp.nullable() })
  .meta({ id: "Passkey" })
export type Passkey = z.infer<typeof Passkey>

export const PasskeyOptions = z
  .object({ options: JsonObject.describe("What WebAuthn's functions of browsers take, as JSON; good for five minutes, once") })
  .meta({ id: "PasskeyOptions" })
export type PasskeyOptions = z.infer<typeof PasskeyOptions>

/** What WebAuthn's functions of browsers answer, as JSON. */
const response = z.looseObject({ id: z.string().max(limits.passkeyIdCharactersMax) })

export const AddPasskeyRequest = z
  .object({ name: z.string().trim().min(1).max(limits.passkeyNameCharactersMax), response })
  .meta({ id: "AddPasskeyRequest" })
export type AddPasskeyRequest = z.infer<typeof AddPasskeyRequest>

export const PasskeySignInRequest = Beginning.extend({ response }).meta({ id: "PasskeySignInRequest" })
export type PasskeySignInRequest = z.infer<typeof PasskeySignInRequest>
