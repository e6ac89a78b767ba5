import { eq } from "drizzle-orm"
import type { Db } from "../db.ts"
import { platformKeys } from "../schema.ts"

export interface PlatformKey {
  publicKey: string
  sealed: Buffer
}

export const findPlatformKey = async (db: Db, name: string): Promise<PlatformKey | undefined> =>
  (
    await db
      .select({ publicKey: platformKeys.publicKey, sealed: platformKeys.sealed })
      .from(platformKeys)
      .where(eq(platformKeys.name, name))
  )[0]

/** Stores a new key unless another process was faster. @returns the one that is stored */
export async function keepPlatformKey(db: Db, name: string, key: PlatformKey): Promise<PlatformKey> {
  await db
    .insert(platformKeys)
    .values({ name, ...key })
    .onConflictDoNothing()
  return (await findPlatformKey(db, name)) as PlatformKey
}
