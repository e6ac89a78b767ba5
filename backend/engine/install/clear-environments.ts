import { readdir, readFile } from "node:fs/promises"
import path from "node:path"
import { workFiles } from "../../sandbox/executor.ts"
import { listWheels } from "../../store/environments/versions.ts"
import { attemptsFolder } from "../attempt/folder.ts"
import type { WorkerContext } from "../worker-context.ts"

/** Deletes the Python environments of versions that were deleted, once no process runs on them, and what broken installations left. */
export async function clearEnvironments(context: WorkerContext): Promise<void> {
  const wheels = await listWheels(context.services.db)
  await context.python.sweep(wheels, await interpretersInUse(context))
}

/** The programs of all attempts on this machine, of the processes that wait for a run too. */
async function interpretersInUse(context: WorkerContext): Promise<Set<string>> {
  const folder = attemptsFolder(context)
  const names = await readdir(folder).catch((): string[] => [])
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name, workFiles.spawn), "utf8").catch(() => null)))
  return new Set(texts.filter((text) => text !== null).flatMap((text) => (JSON.parse(text) as { argv: string[] }).argv.slice(0, 1)))
}
