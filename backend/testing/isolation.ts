import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { bubblewrapExecutor } from "../sandbox/executors/bubblewrap.ts"
import { sandboxPrograms, sandboxPython } from "./sandbox.ts"

/** What isolates programs, and may be missing on a machine. */
export type Isolation = "bubblewrap" | "unprivileged" | "containers"

/**
 * Whether tests that need this isolation can run here. Where it is missing they fail, so that nobody takes a run without them for
 * a whole one, unless TESTS_WITHOUT_SANDBOX declares the machine as one without: 1, or the names of what is missing, comma-separated.
 * @param tests the tests that are then left out, as the subject of a sentence
 * @returns false when the tests are to be skipped
 */
export function canIsolate(
  isolation: Isolation,
  tests: string,
  { ok, reason }: { ok: boolean; reason?: string | null },
  declared = process.env.TESTS_WITHOUT_SANDBOX ?? "",
): boolean {
  if (ok) return true
  const missing = `${tests} cannot be tested: ${isolation} does not work here (${reason}).`
  if (declared !== "1" && !declared.split(",").includes(isolation))
    throw new Error(
      `${missing} Install it, or declare this machine as one without: TESTS_WITHOUT_SANDBOX=${isolation}, or 1 for all kinds.`,
    )
  console.warn(missing)
  return false
}

/** Whether tests that need bubblewrap can run here: see canIsolate. */
export async function hasBubblewrap(tests: string): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), "he-probe-"))
  const probe = await bubblewrapExecutor({ python: sandboxPython(), programs: sandboxPrograms, folder, allow: [] }).probe()
  await rm(folder, { recursive: true, force: true })
  return canIsolate("bubblewrap", tests, probe)
}
