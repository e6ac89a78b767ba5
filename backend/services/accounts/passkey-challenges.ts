import { limits } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { TooManyRequests } from "../../base/errors.ts"
import { countPasskeyChallenges, insertPasskeyChallenge, takePasskeyChallenge } from "../../store/accounts/passkeys.ts"
import type { Context } from "../context.ts"

const minutes = 5

/** Keeps what a browser is given to sign, for a person's new passkey, or to sign in. @throws TooManyRequests */
export async function keepChallenge({ db }: Context, challenge: string, userId: string | null): Promise<void> {
  if (userId === null && (await countPasskeyChallenges(db)) >= limits.passkeyChallengesMax)
    throw new TooManyRequests("Too many browsers sign in with passkeys: try again in a few minutes", minutes * 60)
  await insertPasskeyChallenge(db, { hash: hashToken(challenge), userId, expiresAt: new Date(Date.now() + minutes * 60_000) })
}

/** What answers whether a challenge was given for this, and uses it up. */
export const takesChallenge =
  ({ db }: Context, userId: string | null) =>
  (challenge: string): Promise<boolean> =>
    takePasskeyChallenge(db, hashToken(challenge), userId)

/** Where passkeys belong to: the host that people use, and its pages. */
export function relyingParty({ config }: Context): { id: string; origin: string } {
  const { hostname, origin } = new URL(config.publicUrl)
  return { id: hostname, origin }
}
