import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from "@simplewebauthn/server"
import type { NewSession, PasskeyOptions, PasskeySignInRequest } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { findPasskey, notePasskeyUsed } from "../../store/accounts/passkeys.ts"
import type { Context } from "../context.ts"
import { keepChallenge, relyingParty, takesChallenge } from "./passkey-challenges.ts"
import { beginSession } from "./sessions.ts"

/** What a browser needs to sign in with any passkey that it has for this platform. */
export async function makeSignInOptions(ctx: Context): Promise<PasskeyOptions> {
  const options = await generateAuthenticationOptions({ rpID: relyingParty(ctx).id, userVerification: "required" })
  await keepChallenge(ctx, options.challenge, null)
  return { options: { ...options } }
}

/** Signs in with a passkey. @throws ServiceError that does not tell what was wrong */
export async function signInWithPasskey(ctx: Context, { response, browser }: PasskeySignInRequest): Promise<NewSession> {
  const refused = new ServiceError("unauthorized", "This passkey does not sign in here: it was removed, or belongs to another address")
  const passkey = await findPasskey(ctx.db, response.id)
  if (!passkey) throw refused
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty(ctx)
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: response as unknown as AuthenticationResponseJSON,
    expectedChallenge: takesChallenge(ctx, null),
    expectedOrigin,
    expectedRPID,
    requireUserVerification: true,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, "base64url")),
      counter: passkey.counter,
      transports: passkey.transports as AuthenticatorTransport[],
    },
  }).catch(() => {
    throw refused
  })
  if (!verified) throw refused
  await notePasskeyUsed(ctx.db, passkey.id, authenticationInfo.newCounter)
  return beginSession(ctx.db, passkey.userId, "passkey", { address: ctx.address, browser })
}
