import { timingSafeEqual } from "node:crypto"
import { readFile, unlink } from "node:fs/promises"
import path from "node:path"

/** Uses up the token of the link that the launcher printed (scripts/lib/sign-in-link.mjs). False when it is not that, or was used. */
export async function useLinkToken(token: string): Promise<boolean> {
  const file = path.join(process.env.DATA_DIR || ".data", "sign-in-token")
  const expected = Buffer.from((await readFile(file, "utf8").catch(() => "")).trim())
  const given = Buffer.from(token)
  if (expected.length === 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return false
  // Of two requests at once, one removes the file.
  return unlink(file).then(
    () => true,
    () => false,
  )
}
