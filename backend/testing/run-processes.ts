import { readdir, readFile, realpath } from "node:fs/promises"
import path from "node:path"
import { expect } from "vitest"
import type { TestPlatform } from "./test-platform.ts"

/** Names of the folders that a running run's attempts work in; a process that waited for the run brings a folder of its own. */
export async function foldersOf({ config }: TestPlatform, id: string): Promise<string[]> {
  const runs = path.join(config.dataDir, "runs")
  const names = (await readdir(runs)).filter((name) => name.startsWith(id))
  const real = await Promise.all(names.map(async (name) => path.basename(await realpath(path.join(runs, name)))))
  expect(await processesIn(real)).not.toEqual([])
  return real
}

/** Numbers of the processes that work in any of the folders. */
export async function processesIn(folders: string[]): Promise<string[]> {
  const found: string[] = []
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const seen = await Promise.all(["cmdline", "environ"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")))
    if (folders.some((folder) => seen.some((text) => text.includes(folder)))) found.push(pid)
  }
  return found
}
