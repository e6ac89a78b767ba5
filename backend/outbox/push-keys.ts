import webPush from "web-push"
import type { Config } from "../base/config.ts"
import { decrypt, encrypt, platformKeyContext } from "../base/crypto.ts"
import type { Db } from "../store/db.ts"
import { findPlatformKey, keepPlatformKey } from "../store/notifications/platform-keys.ts"

const name = "vapid"

/** The keys with which the platform speaks to push services, made when they are first asked for: browsers subscribe to the public one. */
export async function readPushKeys({ db, config }: { db: Db; config: Pick<Config, "secretKey"> }): Promise<webPush.VapidKeys> {
  const kept = (await findPlatformKey(db, name)) ?? (await keepPlatformKey(db, name, made(config.secretKey)))
  return { publicKey: kept.publicKey, privateKey: decrypt(config.secretKey, kept.sealed, platformKeyContext(name)) }
}

function made(secretKey: Buffer) {
  const { publicKey, privateKey } = webPush.generateVAPIDKeys()
  return { publicKey, sealed: encrypt(secretKey, privateKey, platformKeyContext(name)) }
}
