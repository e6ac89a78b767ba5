import { chmod, copyFile, lchown, lstat, mkdir, readdir, readlink, rename, symlink } from "node:fs/promises"
import path from "node:path"

/** Of a process's home: where libraries put data sets and models that they fetch. */
const places = [".cache/huggingface", ".cache/torch", "nltk_data"] as const
/** What is no larger is copied, since libraries write over their small files (refs, infos). */
const copiedBytesMax = 64 * 1024
const filesMax = 5000
const depthMax = 20
const passing = /\.(lock|incomplete|tmp|part)$|^tmp/

/** The folder for what the environments of one owner fetched. */
export const keptFolder = (dataDir: string, owner: string): string => path.join(dataDir, "kept", owner)

/**
 * Puts what was kept into a new home: links to large files, copies of small ones, in folders that the program may write to. What it
 * links to is to be mounted read-only at the same path.
 * @returns whether there is anything to mount
 */
export async function layKeptData(kept: string, home: string): Promise<boolean> {
  let files = 0
  const lay = async (from: string, to: string): Promise<void> => {
    await mkdir(to, { recursive: true, mode: 0o700 })
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
      if (entry.isDirectory()) await lay(source, target)
      else if (++files > filesMax) return
      else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
      else if ((await lstat(source)).size > copiedBytesMax) await symlink(source, target)
      else await copyFile(source, target)
    }
  }
  for (const place of places) {
    const source = path.join(kept, place)
    if ((await lstat(source).catch(() => null))?.isDirectory()) await lay(source, path.join(home, place))
  }
  return files > 0
}

/**
 * Moves what a program fetched into its owner's folder. To be called when the program has ended: what it wrote is not followed
 * anywhere, but must not change meanwhile either.
 * @param bytesMax how much is kept for one owner; what does not fit is not kept
 */
export async function keepFetchedData(home: string, kept: string, bytesMax: number): Promise<void> {
  let { bytes, files } = await sizeOf(kept)
  const keep = async (from: string, to: string, depth: number): Promise<void> => {
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
      if (passing.test(entry.name)) continue
      if (entry.isDirectory()) {
        if (depth < depthMax) await keep(source, target, depth + 1)
        continue
      }
      const found = await lstat(source)
      if (files >= filesMax || bytes + found.size > bytesMax) continue
      if (entry.isSymbolicLink()) {
        const link = await readlink(source)
        const leadsTo = path.resolve(path.dirname(source), link)
        // Links to what was kept before are absolute; libraries' own lead from one folder of theirs to another.
        if (path.isAbsolute(link) || !leadsTo.startsWith(`${home}/`)) continue
        await mkdir(to, { recursive: true })
        await symlink(link, target).catch(() => {})
      } else if (entry.isFile() && found.nlink === 1) {
        await mkdir(to, { recursive: true })
        if (process.getuid?.() === 0) await lchown(source, 0, 0)
        await chmod(source, 0o644)
        await rename(source, target).catch(() => {})
        bytes += found.size
      }
      files++
    }
  }
  for (const place of places) {
    if (await isRealFolder(home, place)) await keep(path.join(home, place), path.join(kept, place), 0)
  }
}

/** Whether every part of a path below a home is a folder and none is a link. */
async function isRealFolder(home: string, place: string): Promise<boolean> {
  const parts = place.split("/")
  for (let i = 0; i <= parts.length; i++) {
    const found = await lstat(path.join(home, ...parts.slice(0, i))).catch(() => null)
    if (!found?.isDirectory()) return false
  }
  return true
}

async function sizeOf(folder: string): Promise<{ bytes: number; files: number }> {
  const sum = { bytes: 0, files: 0 }
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])) {
    if (entry.isDirectory()) continue
    sum.files++
    sum.bytes += (await lstat(path.join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0
  }
  return sum
}
