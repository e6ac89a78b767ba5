import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { bubblewrapExecutor } from "../sandbox/executors/bubblewrap.ts"
import { sandboxPrograms, sandboxPython } from "./sandbox.ts"

/** Whether programs can be kept apart on this machine; says on the terminal when not, since tests are left out then. */
export async function hasIsolation(tests: string): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), "he-probe-"))
  const { ok, reason } = await bubblewrapExecutor({ python: sandboxPython(), programs: sandboxPrograms, folder, allow: [] }).probe()
  await rm(folder, { recursive: true, force: true })
  if (!ok) console.warn(`${tests} are not tested: there is no isolation on this machine (${reason}).`)
  return ok
}
