import { hashToken } from "../base/crypto.ts"
import { newId, newToken } from "../base/ids.ts"
import type { TestPlatform } from "./test-platform.ts"

/** Another user with a key: there is no way yet to make one through the API. `call` is a request with that key. */
export async function secondUser(platform: TestPlatform, slug: string): Promise<{ id: string; call: TestPlatform["call"] }> {
  const id = newId()
  const key = newToken("he_")
  const { pool } = platform.database
  await pool.query("insert into users (id, name, email, slug, role) values ($1, $2, $3, $2, 'USER')", [id, slug, `${slug}@test`])
  await pool.query("insert into api_keys (id, user_id, name, hash, prefix) values ($1, $2, 'test', $3, 'he_')", [
    newId(),
    id,
    hashToken(key),
  ])
  return { id, call: (method, path, body, headers) => platform.call(method, path, body, { authorization: `Bearer ${key}`, ...headers }) }
}
