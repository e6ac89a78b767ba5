import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { installWithBun } from "./bun/bun.mjs"
import { run } from "./children.mjs"
import { hashFiles } from "./hash.mjs"
import { say, step } from "./say.mjs"
import { root } from "./settings.mjs"

/**
 * Installs the npm packages when the lockfile is not the one they were installed from. None of their scripts is run: two would fetch Node's
 * headers and call a compiler, for parts of ssh2 that it does without, and the others make what we make or what is not needed.
 * bun does it, by npm's lockfile (docs/decisions/120-bun-installs.md), and npm where bun cannot.
 * @param {{ dataDir: string, folder?: string, dev?: boolean }} options dev: also the tools of tests and development. They are added to what is
 *   there, which a running platform may be using, and once they are there they stay.
 */
export async function installPackages({ dataDir, folder = root, dev = false }) {
  const stamp = join(folder, "node_modules/.hosted-evals-stamp")
  const lockfile = join(folder, "package-lock.json")
  const lock = hashFiles(folder, [lockfile])
  const [installed, scope] = existsSync(stamp) ? readFileSync(stamp, "utf8").split(" ") : []
  const withDev = dev || scope === "dev"
  if (installed === lock && (scope === "dev" || !withDev)) return
  if (!installedByHand(folder, withDev)) {
    const title = withDev ? "Installing npm packages, with those for development" : "Installing npm packages"
    await step(title, async () => {
      if (installed !== lock) rmSync(join(folder, "node_modules"), { recursive: true, force: true })
      await installWithBun(folder, { dataDir, dev: withDev }).catch(async (error) => {
        say(`npm installs the packages, since bun could not: ${/^error: .*$/m.exec(error.message)?.[0] ?? error.message.split("\n")[0]}`)
        const command = installed === lock ? ["install", "--no-save"] : ["ci"]
        const chosen = withDev ? "--include=dev" : "--omit=dev"
        await run(`npm ${command[0]}`, "npm", [...command, chosen, "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder })
      })
    })
  }
  writeFileSync(stamp, `${lock} ${withDev ? "dev" : "start"}`)
}

/**
 * True when someone ran `npm install` and what npm says it installed is what the lockfile asks for.
 * @param {string} folder @param {boolean} withDev whether that includes the tools of tests and development
 */
export function installedByHand(folder, withDev) {
  try {
    const wanted = packagesIn(join(folder, "package-lock.json"))
    const present = packagesIn(join(folder, "node_modules/.package-lock.json"))
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === "" || entry.link || (entry.dev && !withDev)) return true
      const installed = present[path]
      if (!installed) return Boolean(entry.optional || entry.devOptional)
      return installed.version === entry.version && installed.integrity === entry.integrity && existsSync(join(folder, path))
    })
  } catch {
    return false
  }
}

/** @param {string} file @returns {Record<string, { version?: string, integrity?: string, link?: boolean, dev?: boolean, optional?: boolean, devOptional?: boolean }>} */
const packagesIn = (file) => JSON.parse(readFileSync(file, "utf8")).packages
