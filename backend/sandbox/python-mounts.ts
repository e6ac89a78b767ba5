import { readlink, realpath } from "node:fs/promises"
import path from "node:path"
import type { Mount } from "./executor.ts"

const linksMax = 10

/** What a Python needs to run: its environment, and the installations that its links lead to. */
export async function pythonMounts(interpreter: string): Promise<Mount[]> {
  const folders = new Set<string>()
  let file = path.resolve(interpreter)
  for (let links = 0; links < linksMax; links++) {
    folders.add(path.dirname(path.dirname(file)))
    const target = await readlink(file).catch(() => null)
    if (target === null) break
    file = path.resolve(path.dirname(file), target)
  }
  folders.add(path.dirname(path.dirname(await realpath(interpreter))))
  return [...folders].filter((folder) => !isSystem(folder)).map((folder) => ({ source: folder, target: folder, writable: false }))
}

const isSystem = (folder: string) => folder === "/" || folder === "/usr" || folder.startsWith("/usr/")
