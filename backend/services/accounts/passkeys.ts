import {
  type AuthenticatorTransport,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from "@simplewebauthn/server"
import { type AddPasskeyRequest, limits, type Passkey, type PasskeyOptions } from "../../../contract/index.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { deletePasskey, insertPasskey, listPasskeys as listRows, type PasskeyRecord } from "../../store/accounts/passkeys.ts"
import { findUser } from "../../store/identity/users.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { mailChange } from "./mail-change.ts"
import { keepChallenge, relyingParty, takesChallenge } from "./passkey-challenges.ts"

const toPasskey = (row: PasskeyRecord): Passkey => ({
  id: row.id,
  name: row.name,
  created_at: row.createdAt.toISOString(),
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
})

/** The caller's passkeys, in the order in which they were made. */
export async function listPasskeys(ctx: Context): Promise<Passkey[]> {
  return (await listRows(ctx.db, requireUser(ctx))).map(toPasskey)
}

/** What a browser needs to make a passkey for the caller, which it keeps with the name of the account. */
export async function makePasskeyOptions(ctx: Context): Promise<PasskeyOptions> {
  const userId = requireUser(ctx)
  const [user, known] = [await findUser(ctx.db, userId), await listRows(ctx.db, userId)]
  if (!user) throw new ServiceError("unauthorized", "The user of this key no longer exists")
  if (known.length >= limits.passkeysMax)
    throw new ServiceError("conflict", `An account has at most ${limits.passkeysMax} passkeys: remove one that is not used any more`)
  const options = await generateRegistrationOptions({
    rpName: "Hosted Evals",
    rpID: relyingParty(ctx).id,
    userID: new Uint8Array(Buffer.from(userId)),
    userName: user.email,
    userDisplayName: user.name,
    attestationType: "none",
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: transports as AuthenticatorTransport[],
    })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  })
  await keepChallenge(ctx, options.challenge, userId)
  return { options: { ...options } }
}

/** Adds the passkey that a browser has made. @throws ServiceError for an answer that was not asked for, or is not right */
export async function addPasskey(ctx: Context, { name, response }: AddPasskeyRequest): Promise<Passkey> {
  const userId = requireUser(ctx)
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty(ctx)
  const { registrationInfo } = await verifyRegistrationResponse({
    response: response as unknown as RegistrationResponseJSON,
    expectedChallenge: takesChallenge(ctx, userId),
    expectedOrigin,
    expectedRPID,
    requireUserVerification: true,
  }).catch((error: Error) => {
    throw invalid(["response"], `is not a new passkey for ${expectedOrigin}: ${error.message}`)
  })
  if (!registrationInfo) throw invalid(["response"], "is not a new passkey")
  const { id, publicKey, counter, transports } = registrationInfo.credential
  const row = await insertPasskey(ctx.db, {
    id: newId(),
    userId,
    name,
    credentialId: id,
    publicKey: Buffer.from(publicKey).toString("base64url"),
    counter,
    transports: transports ?? [],
  })
  if (!row) throw new ServiceError("conflict", "This passkey was added already")
  const user = await findUser(ctx.db, userId)
  if (user) await mailChange(ctx, ctx.db, user.email, "passkey")
  await record(ctx, ctx.db, { action: "passkey.add", target: { kind: "passkey", id: row.id, name } })
  return toPasskey(row)
}

/** Removes one of the caller's passkeys: it signs nobody in any more. */
export async function removePasskey(ctx: Context, id: string): Promise<void> {
  if (!(await deletePasskey(ctx.db, requireUser(ctx), id))) throw notFound("passkey", id)
  await record(ctx, ctx.db, { action: "passkey.remove", target: { kind: "passkey", id } })
}
