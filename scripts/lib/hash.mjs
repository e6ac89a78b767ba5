import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"

/** @param {...(string | Buffer)} parts */
export function hashOf(...parts) {
  const hash = createHash("sha256")
  // The length in front keeps ["ab", "c"] and ["a", "bc"] apart.
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest("hex")
}

/** Hashes names and contents of the files that exist. @param {string} base @param {string[]} files */
export function hashFiles(base, files) {
  const present = files.filter((file) => existsSync(file)).sort()
  return hashOf(...present.flatMap((file) => [relative(base, file), readFileSync(file)]))
}

/** Every file below a folder; none when there is no such folder. @param {string} folder @returns {string[]} */
export function filesBelow(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}
