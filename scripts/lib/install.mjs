import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "./children.mjs"
import { hashFiles } from "./hash.mjs"
import { step } from "./say.mjs"
import { root } from "./settings.mjs"

/** Installs the npm packages when the lockfile is not the one they were installed from. */
export async function installPackages(folder = root) {
  const stamp = join(folder, "node_modules/.hosted-evals-stamp")
  const lockfile = join(folder, "package-lock.json")
  const wanted = hashFiles(folder, [existsSync(lockfile) ? lockfile : join(folder, "package.json")])
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return
  if (!installedByHand(folder)) {
    const command = existsSync(lockfile) ? "ci" : "install"
    // NODE_ENV=production would leave out the tools that build the dashboard.
    await step("Installing npm packages", () =>
      run(`npm ${command}`, "npm", [command, "--include=dev", "--no-audit", "--no-fund"], { cwd: folder }),
    )
  }
  // Without a lockfile npm has written one meanwhile.
  writeFileSync(stamp, hashFiles(folder, [existsSync(lockfile) ? lockfile : join(folder, "package.json")]))
}

/**
 * True when someone ran `npm install` and what npm says it installed is what the lockfile asks for.
 * @param {string} folder
 */
export function installedByHand(folder) {
  try {
    const wanted = packagesIn(join(folder, "package-lock.json"))
    const present = packagesIn(join(folder, "node_modules/.package-lock.json"))
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === "" || entry.link) return true
      const installed = present[path]
      if (!installed) return Boolean(entry.optional || entry.devOptional)
      return installed.version === entry.version && installed.integrity === entry.integrity && existsSync(join(folder, path))
    })
  } catch {
    return false
  }
}

/** @param {string} file @returns {Record<string, { version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean }>} */
const packagesIn = (file) => JSON.parse(readFileSync(file, "utf8")).packages
