import { lstat, readdir, rm } from "node:fs/promises"
import path from "node:path"
import { hasDiskRoom } from "../disk-room.ts"
import type { WorkerContext } from "../worker-context.ts"
import { interpretersInUse } from "./folder.ts"
import { keptFilesMax, keptPlaces, keptRoot, linksFolder, usedMark } from "./kept-data.ts"

/** A home may be in the making from what was laid out so recently. */
const freshMs = 10 * 60_000

/** What is kept or deleted as a whole: one data set or model, as the libraries' folders have them. */
interface KeptUnit {
  /** Its path below the owner's folder. */
  name: string
  bytes: number
  files: number
  /** When it was fetched, or a run last used it, in milliseconds. */
  usedAt: number
}

/**
 * Deletes of what environments fetched what no run used for KEPT_DATA_DAYS, and the least recently used beyond KEPT_DATA_GB of an owner
 * or where the disk is nearly full. What belongs to an owner of whose environments one runs now stays.
 */
export async function clearKeptData(context: WorkerContext): Promise<void> {
  const { services, python } = context
  const { config, log } = services
  const root = keptRoot(config.dataDir)
  const owners = await readdir(root).catch((): string[] => [])
  if (owners.length === 0) return
  const interpreters = await interpretersInUse(context)
  const inUse = new Set(
    await Promise.all(
      [...interpreters].map((interpreter) =>
        python.baseOf(interpreter).then(
          ({ owner }) => owner,
          () => null,
        ),
      ),
    ), // prettier-ignore
  )
  for (const owner of owners.filter((one) => !inUse.has(one))) {
    const mustGo = async ({ usedAt, bytes, files }: { usedAt: number; bytes: number; files: number }) =>
      Date.now() - usedAt > config.keptDataMs || bytes > config.keptDataBytes || files > keptFilesMax || !(await hasDiskRoom(context))
    const deleted = await evictKeptData(path.join(root, owner), mustGo)
    if (deleted.length > 0) log.info({ owner, deleted }, "deleted what environments had fetched: unused for long, or beyond its room")
  }
}

/**
 * Deletes what must go of one owner's data, unless it was laid out for a run a moment ago.
 * @param mustGo asked about one after the other, the least recently used first, with the time of its last use, and the size of all that is
 *   left
 * @returns what was deleted, as paths below the folder
 */
export async function evictKeptData(
  kept: string,
  mustGo: (unit: Pick<KeptUnit, "bytes" | "files" | "usedAt">) => Promise<boolean>,
): Promise<string[]> {
  const laidAt = (await lstat(path.join(kept, usedMark)).catch(() => null))?.mtimeMs ?? 0
  if (Date.now() - laidAt < freshMs) return []
  const units = (await listUnits(kept)).sort((a, b) => a.usedAt - b.usedAt)
  let bytes = units.reduce((sum, unit) => sum + unit.bytes, 0)
  let files = units.reduce((sum, unit) => sum + unit.files, 0)
  const deleted: string[] = []
  for (const unit of units) {
    if (!(await mustGo({ usedAt: unit.usedAt, bytes, files }))) continue
    for (const folder of [linksFolder(kept), kept]) await rm(path.join(folder, unit.name), { recursive: true, force: true })
    bytes -= unit.bytes
    files -= unit.files
    deleted.push(unit.name)
  }
  return deleted
}

/** The second level below each place: .cache/huggingface/hub/models--a--b, nltk_data/corpora/words. */
async function listUnits(kept: string): Promise<KeptUnit[]> {
  const units: KeptUnit[] = []
  for (const place of keptPlaces)
    for (const kind of await list(path.join(kept, place))) {
      const names = kind.isDirectory()
        ? (await list(path.join(kept, place, kind.name))).map(({ name }) => path.join(kind.name, name))
        : [kind.name]
      for (const name of names) units.push(await measure(kept, path.join(place, name)))
    }
  return units
}

/** A run that followed a link to a file left the time in it; one that wrote anew what it had copied, in the folder. */
async function measure(kept: string, name: string): Promise<KeptUnit> {
  const own = await lstat(path.join(kept, name)).catch(() => null)
  const unit = { name, bytes: 0, files: 0, usedAt: own?.mtimeMs ?? 0 }
  if (own && !own.isDirectory()) return { ...unit, bytes: own.size, files: 1 }
  for (const entry of await list(path.join(kept, name), true)) {
    const found = await lstat(path.join(entry.parentPath, entry.name)).catch(() => null)
    if (!found) continue
    unit.usedAt = Math.max(unit.usedAt, found.mtimeMs)
    if (entry.isDirectory()) continue
    unit.files++
    unit.bytes += found.size
  }
  for (const entry of await list(path.join(linksFolder(kept), name), true)) {
    if (!entry.isSymbolicLink()) continue
    const found = await lstat(path.join(entry.parentPath, entry.name)).catch(() => null)
    unit.usedAt = Math.max(unit.usedAt, found?.atimeMs ?? 0)
  }
  return unit
}

const list = (folder: string, recursive = false) => readdir(folder, { withFileTypes: true, recursive }).catch(() => [])
