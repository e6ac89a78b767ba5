import path from "node:path"
import { migrateDatabase } from "./store/migrate.ts"
import { resealSecrets } from "./store/secrets/reseal.ts"

// Only one process migrates at a time, by a lock of its session: a pooler would lend that session to others.
const url = process.env.DATABASE_DIRECT_URL || process.env.DATABASE_URL
if (!url) throw new Error("DATABASE_URL is not set")
await migrateDatabase(url, path.join(process.cwd(), "backend/store/migrations"))

const { SECRET_KEY_OLD: oldKey, SECRET_KEY: newKey } = process.env
if (oldKey && newKey) {
  for (const [name, value] of Object.entries({ SECRET_KEY_OLD: oldKey, SECRET_KEY: newKey }))
    if (!/^[0-9a-f]{64}$/.test(value)) throw new Error(`${name} is not 32 bytes as 64 hexadecimal digits`)
  await resealSecrets(url, Buffer.from(oldKey, "hex"), Buffer.from(newKey, "hex"))
}
