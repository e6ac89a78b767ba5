import ssh2 from "ssh2"
import { decrypt, encrypt, platformKeyContext } from "../../base/crypto.ts"
import { findHostKey, hostKeyName, keepHostKey } from "../../store/instances/host-key.ts"
import type { EngineServices } from "../worker-context.ts"

/** The private key by which clients of SSH know the platform, the same in all workers: made when it is first asked for. */
export async function hostKey({ db, config }: Pick<EngineServices, "db" | "config">): Promise<string> {
  const context = platformKeyContext(hostKeyName)
  const found = await findHostKey(db)
  if (found) return decrypt(config.secretKey, found.sealed, context)
  const made = newHostKey()
  const kept = await keepHostKey(db, { publicKey: made.public, sealed: encrypt(config.secretKey, made.private, context) })
  return decrypt(config.secretKey, kept.sealed, context)
}

/** A new pair of keys. Of three hundred that ssh2 1.17 writes, it cannot read one itself, with which no door would open: such a pair is not taken. */
export function newHostKey(): ReturnType<typeof ssh2.utils.generateKeyPairSync> {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync("ed25519")
    if (!(ssh2.utils.parseKey(made.private) instanceof Error)) return made
  }
}
