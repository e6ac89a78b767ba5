import { createHash } from "node:crypto"
import type { Db } from "../db.ts"
import { findPlatformKey, keepPlatformKey } from "../notifications/platform-keys.ts"

/** The name of the key by which clients of SSH know the platform. */
export const hostKeyName = "ssh-host"

/** Stores the host key unless another process was faster. @param key its public line, and the private one encrypted @returns the one that is stored */
export const keepHostKey = (db: Db, key: { publicKey: string; sealed: Buffer }) => keepPlatformKey(db, hostKeyName, key)

export const findHostKey = (db: Db) => findPlatformKey(db, hostKeyName)

/** The fingerprint of the host key as ssh shows it, SHA256:…; null while no door was ever opened. */
export async function readHostKeyFingerprint(db: Db): Promise<string | null> {
  const data = (await findHostKey(db))?.publicKey.split(" ")[1]
  return data ? `SHA256:${createHash("sha256").update(Buffer.from(data, "base64")).digest("base64").replace(/=+$/, "")}` : null
}
