import { execFile } from "node:child_process"
import { readdir } from "node:fs/promises"
import { homedir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)
const question = "import sys, venv; print(sys.executable, '.'.join(map(str, sys.version_info[:3])))"

export interface FoundPython {
  path: string
  /** All three numbers. */
  version: string
}

/** Asks a program whether it is a Python that can make environments. */
export async function askPython(program: string): Promise<FoundPython | null> {
  // In a function of its own: what is no folder on the way to the program is thrown at once.
  const ask = async () => run(program, ["-I", "-c", question], { timeout: 20_000 })
  const answer = await ask().catch(() => null)
  const [, found, version] = /^(.+) (\d+\.\d+\.\d+)\n$/.exec(answer?.stdout ?? "") ?? []
  return found && version ? { path: found, version } : null
}

/**
 * Finds a Python of this machine: on the search path, where pyenv keeps its own, or in a folder of those that uv fetched.
 * @param minor such as 3.12
 * @param folder holds what uv fetched
 */
export async function findPython(minor: string, searchPath: string, folder: string): Promise<FoundPython | null> {
  const name = `python${minor}`
  const kept = [path.join(homedir(), ".pyenv/versions"), folder]
  const installed = await Promise.all(
    kept.map(async (parent) => (await readdir(parent).catch(() => [])).map((version) => path.join(parent, version, "bin"))),
  )
  // A search path may hold a link to nothing, or the stand-ins of pyenv, which answer for versions that are switched on only.
  for (const place of [...searchPath.split(":").filter(Boolean), ...installed.flat()]) {
    const found = await askPython(path.join(place, name))
    if (found?.version.startsWith(`${minor}.`)) return found
  }
  return null
}
