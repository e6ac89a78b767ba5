import { encrypt } from "../../base/crypto.ts"
import type { Context } from "../context.ts"

interface Changes {
  name?: string | null | undefined
  value?: string | null | undefined
  description?: string | null | undefined
}

/** The columns that a change of a secret sets: what is left out stays, and null clears the description only. */
export const secretChanges = (ctx: Context, { name, value, description }: Changes, sealedFor: string) => ({
  ...(name ? { name } : {}),
  ...(value ? { sealed: encrypt(ctx.config.secretKey, value, sealedFor) } : {}),
  ...(description === undefined ? {} : { description }),
})
