import { createHash } from "node:crypto"
import { copyFileSync, linkSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs"
import { chmod, lchown, lstat, mkdir, readdir, readlink, rename, symlink, writeFile } from "node:fs/promises"
import path from "node:path"
import { setImmediate as pause } from "node:timers/promises"

/** Of a process's home: where libraries put data sets and models that they fetch. */
export const keptPlaces = [".cache/huggingface", ".cache/torch", "nltk_data"] as const
/** What is no larger is copied, since libraries write over their small files (refs, infos). */
const copiedBytesMax = 64 * 1024
/** Where a folder has more files than libraries have such ones, they are data. */
const copiedFilesMax = 50
export const keptFilesMax = 5000
/** How far a run may exceed what is kept, until what was not used for longest is deleted. */
const excess = 2
const depthMax = 20
const passing = /\.(lock|incomplete|tmp|part)$|^tmp/
/** Its time is that of the last run. */
export const usedMark = ".used"

const isCopied = (filesBeside: number, bytes: number) => filesBeside <= copiedFilesMax && bytes <= copiedBytesMax

/** The folder that holds the folders of all owners. */
export const keptRoot = (dataDir: string): string => path.join(dataDir, "kept")

/** The folder for what the environments of one owner fetched. */
export const keptFolder = (dataDir: string, owner: string): string => path.join(keptRoot(dataDir), owner)

/**
 * Holds a link to each kept file. Homes get hard links of these, which cost a tenth of new ones; and following one of them leaves
 * the time of it in all. The name is another one where the folder is at another path, as after a restored backup.
 */
export const linksFolder = (kept: string): string =>
  path.join(kept, `.links-${createHash("sha256").update(kept).digest("hex").slice(0, 8)}`)

/**
 * Puts what was kept into a new home: links to large files, copies of small ones, in folders that the program may write to. What it
 * links to is to be mounted read-only at the same path.
 * @returns whether there is anything to mount
 */
export async function layKeptData(kept: string, home: string): Promise<boolean> {
  let files = 0
  const lay = async (source: string, links: string, target: string): Promise<void> => {
    const entries = readdirSync(source, { withFileTypes: true })
    mkdirSync(target, { recursive: true, mode: 0o700 })
    for (const entry of entries) {
      if (files > keptFilesMax * excess) return
      const [from, link, to] = [path.join(source, entry.name), path.join(links, entry.name), path.join(target, entry.name)]
      if (entry.isDirectory()) await lay(from, link, to)
      else {
        // Calls of the kind that does not wait are far quicker here; others get their turn in between.
        if (++files % 100 === 0) await pause()
        if (entry.isSymbolicLink()) linkLink(from, to)
        else if (isCopied(entries.length, lstatSync(from).size)) copyFileSync(from, to)
        else {
          makeLink(from, link)
          linkLink(link, to)
        }
      }
    }
  }
  for (const place of keptPlaces) {
    const source = path.join(kept, place)
    if ((await lstat(source).catch(() => null))?.isDirectory()) {
      await writeFile(path.join(kept, usedMark), "")
      await lay(source, path.join(linksFolder(kept), place), path.join(home, place))
    }
  }
  return files > 0
}

/** A hard link of a link. Elsewhere than on Linux it would be one of what it leads to, which the program may not write to. */
function linkLink(from: string, to: string): void {
  try {
    if (process.platform === "linux") linkSync(from, to)
    else symlinkSync(readlinkSync(from), to)
  } catch (error) {
    // A link can have no more than 65,000 names, and the folder of what is kept may lead to another disk.
    if (!["EMLINK", "EXDEV", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error
    symlinkSync(readlinkSync(from), to)
  }
}

/** Makes the link to a kept file that homes get hard links of, unless it is there. */
function makeLink(file: string, link: string): void {
  if (lstatSync(link, { throwIfNoEntry: false })) return
  mkdirSync(path.dirname(link), { recursive: true, mode: 0o755 })
  try {
    symlinkSync(file, link)
  } catch (error) {
    // Another run did it in between.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error
  }
}

/**
 * Moves what a program fetched into its owner's folder. To be called when the program has ended: what it wrote is not followed
 * anywhere, but must not change meanwhile either.
 * @param bytesMax how much is kept for one owner; twice as much stays until what was not used for longest is deleted
 */
export async function keepFetchedData(home: string, kept: string, bytesMax: number): Promise<void> {
  let room: { bytes: number; files: number } | undefined
  const keep = async (from: string, to: string, depth: number): Promise<void> => {
    const entries = await readdir(from, { withFileTypes: true })
    for (const entry of entries) {
      const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
      if (passing.test(entry.name)) continue
      if (entry.isDirectory()) {
        if (depth < depthMax) await keep(source, target, depth + 1)
        continue
      }
      const link = entry.isSymbolicLink() ? await readlink(source) : null
      // Links to what was kept before are absolute; libraries' own lead from one folder of theirs to another.
      if (link === null ? !entry.isFile() : path.isAbsolute(link) || !path.resolve(from, link).startsWith(`${home}/`)) continue
      const found = await lstat(source)
      if (link === null && found.nlink !== 1) continue
      room ??= await sizeOf(kept)
      if (room.files >= keptFilesMax * excess || found.size > bytesMax || room.bytes + found.size > bytesMax * excess) continue
      const before = await lstat(target).catch(() => null)
      await mkdir(to, { recursive: true })
      if (link !== null) await symlink(link, target).catch(() => {})
      else {
        if (process.getuid?.() === 0) await lchown(source, 0, 0)
        await chmod(source, 0o644)
        await rename(source, target).catch(() => {})
        // Now, when no start waits for it.
        if (!isCopied(entries.length, found.size)) makeLink(target, path.join(linksFolder(kept), path.relative(kept, target)))
        room.bytes += found.size - (before?.size ?? 0)
      }
      if (!before) room.files++
    }
  }
  for (const place of keptPlaces) {
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

async function sizeOf(kept: string): Promise<{ bytes: number; files: number }> {
  const sum = { bytes: 0, files: 0 }
  for (const place of keptPlaces)
    for (const entry of await readdir(path.join(kept, place), { withFileTypes: true, recursive: true }).catch(() => [])) {
      if (entry.isDirectory()) continue
      sum.files++
      sum.bytes += (await lstat(path.join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0
    }
  return sum
}
