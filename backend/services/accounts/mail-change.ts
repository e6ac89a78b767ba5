import { type AccountChange, writeAccountChange } from "../../outbox/letters.ts"
import type { Db } from "../../store/db.ts"
import { isUnusedEmail } from "../../store/identity/users.ts"
import type { Context } from "../context.ts"

/**
 * Mails a person what of their account was changed, where the platform sends mails and they have an address.
 * @param email where they were reached until then
 */
export async function mailChange({ config }: Context, db: Db, email: string, change: AccountChange): Promise<void> {
  if (!config.mail || isUnusedEmail(email)) return
  await writeAccountChange(db, config.secretKey, { address: email, change })
}
