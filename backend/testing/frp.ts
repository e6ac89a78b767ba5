import { execFileSync } from "node:child_process"
import path from "node:path"
import { readSettings, root } from "../../scripts/lib/settings.mjs"
import { withProcessLock } from "../base/process-lock.mjs"
import { buildPrograms, findServer, frpFolder, type Place } from "../engine/tunnels/programs.ts"

/**
 * The real frps, with frpc beside it: what the checkout has already, or built with Go into its data folder, once.
 * @returns null on a machine without either
 * @throws Error when Go is there and the build breaks
 */
export async function frpForTests(): Promise<string | null> {
  const { dataDir } = readSettings({ DATA_DIR: process.env.DATA_DIR })
  const place: Place = {
    dataDir,
    root,
    tunnels: { frps: null } as Place["tunnels"],
    installerVariables: process.env as Record<string, string>,
  }
  return withProcessLock(path.join(dataDir, "frp.lock"), async () => {
    const found = await findServer(place)
    if (found ?? !hasGo()) return found
    await buildPrograms(place)
    return path.join(frpFolder(place), "frps")
  })
}

function hasGo(): boolean {
  try {
    execFileSync("go", ["version"])
    return true
  } catch {
    console.warn("Tunnels are not tested: there is neither frps nor Go on this machine")
    return false
  }
}
