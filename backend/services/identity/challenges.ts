import { type Challenge, keyScopes, limits } from "../../../contract/index.ts"
import { hashToken, isRsaPublicKey, sealFor } from "../../base/crypto.ts"
import { invalid, ServiceError, TooManyRequests } from "../../base/errors.ts"
import { newCode, newToken } from "../../base/ids.ts"
import {
  type ChallengeRecord,
  countChallenges,
  decideChallenge as decideRow,
  findChallenge,
  finishChallenge,
  insertChallenge,
} from "../../store/identity/challenges.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { mintApiKey, requireScopes } from "./api-keys.ts"

const minutesToApprove = 10

/** Prefix of the tokens that waiting terminals poll with. They are not API keys and identify no user. */
export const challengeTokenPrefix = "hec_"

const toChallenge = (row: ChallengeRecord): Challenge => ({
  challenge: row.code,
  state: row.state,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
})

/** Codes are read from one screen and typed on another: case, spaces and dashes do not matter. */
const typed = (code: string): string => code.toUpperCase().replace(/[^A-Z0-9]/g, "")

const gone = () => new ServiceError("not_found", "There is no such code, or it is no longer valid: run prime login again")

/** Starts `prime login`: a code for a person to approve, and a token for the terminal to ask with. */
export async function generateChallenge(ctx: Context, publicKey: string): Promise<{ code: string; token: string }> {
  if (!isRsaPublicKey(publicKey))
    throw invalid(["encryptionPublicKey"], "must be an RSA public key of 2048 to 8192 bits as PEM (SubjectPublicKeyInfo)")
  if ((await countChallenges(ctx.db)) >= limits.challengesMax)
    throw new TooManyRequests("Too many terminals wait to be let in: try again in a few minutes", minutesToApprove * 60)
  const code = newCode()
  const token = newToken(challengeTokenPrefix)
  await insertChallenge(ctx.db, {
    code,
    tokenHash: hashToken(token),
    publicKey,
    state: "WAITING",
    expiresAt: new Date(Date.now() + minutesToApprove * 60_000),
  })
  return { code, token }
}

/**
 * The answer to a waiting terminal: null until the code is approved, then once a new API key, encrypted for it. The key is made
 * here and not on approval, so a key that is never fetched never exists.
 * @throws ServiceError when the code has expired, was refused or was answered already
 */
export async function takeChallengeResult(ctx: Context, code: string, token: string): Promise<string | null> {
  const challenge = await findChallenge(ctx.db, typed(code))
  if (!challenge) throw gone()
  if (hashToken(token) !== challenge.tokenHash) throw new ServiceError("unauthorized", "This is not the status token of this challenge")
  if (challenge.state === "WAITING") return null
  const { userId } = challenge
  if (challenge.state !== "APPROVED" || !userId) throw gone()
  return ctx.db.transaction(async (tx) => {
    if (!(await finishChallenge(tx, challenge.code))) throw gone()
    const { id, name, value } = await mintApiKey(tx, userId, { name: "prime login", scopes: keyScopes, expiresAt: null })
    await record({ caller: { kind: "user", userId } }, tx, {
      action: "api_key.create",
      target: { kind: "api_key", id, name },
    })
    return sealFor(challenge.publicKey, value)
  })
}

/** The login request behind a code, for the page on which a person approves or refuses it. */
export async function getChallenge(ctx: Context, code: string): Promise<Challenge> {
  requireUser(ctx)
  const challenge = await findChallenge(ctx.db, typed(code))
  if (!challenge) throw gone()
  return toChallenge(challenge)
}

/** Approves or refuses the login request behind a code. @throws ServiceError when that was decided before */
export async function decideChallenge(ctx: Context, code: string, state: "APPROVED" | "DENIED"): Promise<Challenge> {
  if (state === "APPROVED") requireScopes(ctx, keyScopes)
  const decided = await ctx.db.transaction(async (tx) => {
    const row = await decideRow(tx, typed(code), state, requireUser(ctx))
    if (row)
      await record(ctx, tx, {
        action: state === "APPROVED" ? "terminal.approve" : "terminal.deny",
        target: { kind: "terminal", id: null, name: row.code },
      })
    return row
  })
  if (decided) return toChallenge(decided)
  if (!(await findChallenge(ctx.db, typed(code)))) throw gone()
  throw new ServiceError("conflict", "This code was approved or refused already: run prime login again for a new one")
}
