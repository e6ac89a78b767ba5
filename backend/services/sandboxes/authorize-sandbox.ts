import type { SandboxAuth } from "../../../contract/index.ts"
import { signClaims } from "../../base/crypto.ts"
import { ServiceError } from "../../base/errors.ts"
import type { Context } from "../context.ts"
import { requireSandbox } from "./require-sandbox.ts"

/** The SDK asks again a minute before the end. */
const tokenMinutes = 15

/**
 * A token for one sandbox at the gateway of the worker that keeps it. For one that has ended too: the gateway's answer makes the
 * SDK ask why, and raise what fits.
 */
export async function authorizeSandbox(ctx: Context, id: string): Promise<SandboxAuth> {
  const row = await requireSandbox(ctx, id)
  if (!row.gatewayUrl)
    throw new ServiceError("conflict", `The sandbox ${JSON.stringify(id)} is ${row.status}: no worker has it. Wait until it is RUNNING`)
  const expiresAt = Date.now() + tokenMinutes * 60_000
  return {
    token: signClaims(ctx.config.secretKey, { sandbox: row.id, expires: expiresAt }),
    gateway_url: row.gatewayUrl,
    user_ns: row.userId,
    job_id: row.id,
    expires_at: new Date(expiresAt).toISOString(),
  }
}
