import { createReadStream, createWriteStream } from "node:fs"
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises"
import path from "node:path"
import type { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"

/** Where archives and other big things are kept: a folder of this machine, a shared one, or object storage. */
export interface Files {
  /** Stores the whole stream under a key, or nothing at all when it fails. Returns the size in bytes. */
  put: (key: string, source: Readable | AsyncIterable<Uint8Array>) => Promise<number>
  read: (key: string) => Promise<Readable>
  size: (key: string) => Promise<number | null>
  delete: (key: string) => Promise<void>
  /** The keys of all files, in no order. */
  list: () => AsyncIterable<string>
  /** A path on this machine with the file's content, for tools that want one. */
  localPath: (key: string) => Promise<string>
}

/** Where the files of an environment's version are kept. */
export const artifactKey = (versionId: string, kind: "wheel" | "source"): string =>
  `environments/${versionId}/${kind === "wheel" ? "wheel.whl" : "source.tar.gz"}`

/** Where the files of a run's folder are kept that nothing else was made of. */
export const runFilesKey = (evaluationId: string): string => `evaluations/${evaluationId}/files.zip`

/** Where the archive of a sandbox's checkpoint is kept. */
export const checkpointKey = (id: string): string => `checkpoints/${id}/files.tar.gz`

/** Keys are paths of letters, digits, `.`, `_`, `-` and `/`; nothing can climb out. @throws Error for any other */
export function checkedKey(key: string): string {
  if (isKey(key)) return key
  throw new Error(`${JSON.stringify(key)} is not a key for a file`)
}

const isKey = (key: string): boolean => /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(key)

/** What `put` calls a file that is not there as a whole yet. */
const unfinished = /\.part-\d+-\d+$/

/**
 * Files in a folder. Without the comments a build of the dashboard takes every file of the checkout for one that may be read here, and lists
 * all of them for each route.
 */
export function folderFiles(root: string): Files {
  const place = (key: string) => path.join(/* turbopackIgnore: true */ root, checkedKey(key))
  return {
    async put(key, source) {
      const target = place(key)
      await mkdir(path.dirname(target), { recursive: true })
      const temporary = `${target}.part-${process.pid}-${Date.now()}`
      try {
        const sink = createWriteStream(temporary)
        await pipeline(source, sink)
        const handle = await open(temporary, "r+")
        await handle.sync()
        await handle.close()
        await rename(temporary, target)
        return sink.bytesWritten
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    read: async (key) => createReadStream(/* turbopackIgnore: true */ place(key)),
    size: async (key) =>
      stat(/* turbopackIgnore: true */ place(key)).then(
        (found) => found.size,
        () => null,
      ),
    async delete(key) {
      const target = place(key)
      await rm(target, { force: true })
      // What is left of it where a process was killed while it stored it.
      for (const name of await readdir(path.dirname(target)).catch(() => []))
        if (unfinished.test(name) && name.startsWith(`${path.basename(target)}.part-`))
          await rm(path.join(path.dirname(target), name), { force: true })
    },
    async *list() {
      const folders = [""]
      for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
        const entries = await readdir(path.join(root, below), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
          if (error.code === "ENOENT") return []
          throw error
        })
        for (const entry of entries) {
          const key = below ? `${below}/${entry.name}` : entry.name
          if (entry.isDirectory()) folders.push(key)
          else if (entry.isFile() && isKey(key) && !unfinished.test(key)) yield key
        }
      }
    },
    localPath: async (key) => place(key),
  }
}
