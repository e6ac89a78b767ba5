import * as z from "zod"
import { Timestamp } from "../common.ts"
import { limits } from "../limits.ts"

const key = {
  provider: z.string().min(1).max(limits.nameCharactersMax).describe("github, google or oidc"),
  subject: z.string().min(1).max(limits.nameCharactersMax).describe("What the provider calls the person, for good"),
}

/** Who a person is to a provider of identities, with which they sign in instead of a password. */
export const Identity = z
  .object({ ...key, email: z.string().nullable().describe("The address that the provider has verified"), created_at: Timestamp })
  .meta({ id: "Identity" })
export type Identity = z.infer<typeof Identity>

export const RemoveIdentityQuery = z.object(key)
export type RemoveIdentityQuery = z.infer<typeof RemoveIdentityQuery>
