import { createHash } from "node:crypto"
import { chown, lchown, readdir, readFile } from "node:fs/promises"
import path from "node:path"

const range = { first: 0x40000000, count: 0x08000000 }
const smallRange = { first: 20_000, count: 20_000 }

/**
 * The user that a program of this name runs as where the platform is root: one that no account has, another one for each program,
 * so that the system's own rules keep them apart and count their processes separately. The next number is its egress proxy's.
 * Null where the platform is not root: then there are no users to give away.
 */
export async function userOf(id: string): Promise<number | null> {
  if (process.getuid?.() !== 0) return null
  const map = await readFile("/proc/self/uid_map", "utf8").catch(() => "")
  const [inside, , count] = map.trim().split(/\s+/).map(Number)
  const { first, count: users } = inside === 0 && count && count > range.first + 2 * range.count ? range : smallRange
  return first + 2 * (createHash("sha256").update(id).digest().readUInt32BE(0) % users)
}

/** Gives a folder and all in it to a user. Links keep their owner: the owner of a folder may delete them. */
export async function giveFolder(folder: string, uid: number): Promise<void> {
  await chown(folder, uid, uid)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name)
    if (entry.isDirectory()) await giveFolder(name, uid)
    else if (!entry.isSymbolicLink()) await lchown(name, uid, uid)
  }
}
