import { limits } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { TooManyRequests } from "../../base/errors.ts"
import { countAttempt, forgetAttempts, takeBackAttempt } from "../../store/accounts/sign-in-attempts.ts"
import type { Context } from "../context.ts"

// Hashed, since people type passwords into the wrong field.
const ofAddress = (address: string) => hashToken(`address ${address}`)
const ofAccount = (account: string) => hashToken(`account ${account}`)

/**
 * Counts an attempt to show who one is, before it is looked at. In the database, so that more processes do not allow more attempts.
 * @param account what somebody tries to get into, whether or not it exists
 * @throws TooManyRequests
 */
export async function admitAttempt(ctx: Context, account: string): Promise<void> {
  const counted: [string, number][] = [[ofAccount(account), limits.signInsPerAccount]]
  if (ctx.address !== null) counted.unshift([ofAddress(ctx.address), limits.signInsPerAddress])
  await admit(ctx, counted, "attempts")
}

async function admit(ctx: Context, counted: readonly [string, number][], what: string): Promise<void> {
  for (const [who, most] of counted) {
    const { count, secondsLeft } = await countAttempt(ctx.db, who, limits.signInMinutes)
    if (count > most) throw new TooManyRequests(`Too many ${what}: try again in ${Math.ceil(secondsLeft / 60)} minutes`, secondsLeft)
  }
}

/**
 * Counts a mail with a link before it is queued: nobody's mailbox is filled by whoever knows its address, nor are many by one person.
 * @throws TooManyRequests
 */
export async function admitLinkMail(ctx: Context, address: string): Promise<void> {
  const counted: [string, number][] = [[hashToken(`mail ${address}`), limits.linkMailsPerAddress]]
  if (ctx.address !== null) counted.unshift([hashToken(`mails from ${ctx.address}`), limits.signInsPerAccount])
  await admit(ctx, counted, "mails")
}

/** Takes attempts back once one has succeeded: nobody is shut out by their own mistakes of before. */
export async function succeed(ctx: Context, account: string): Promise<void> {
  await forgetAttempts(ctx.db, ofAccount(account))
  if (ctx.address !== null) await takeBackAttempt(ctx.db, ofAddress(ctx.address))
}
