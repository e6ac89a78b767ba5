import { open } from "node:fs/promises"
import { runFilesKey } from "../../base/files.ts"
import { type ZipEntry, zipStream } from "../../base/zip.ts"
import type { Context } from "../context.ts"
import { openZip } from "./imports/open-zip.ts"

/** Keeps files of an imported run as they came, to be given back with its folder. */
export async function keepRunFiles(ctx: Context, id: string, files: AsyncIterable<ZipEntry> | Iterable<ZipEntry>): Promise<void> {
  await ctx.files.put(runFilesKey(id), zipStream(files))
}

/** The files that were kept of a run, each read when its content is asked for; null where none were kept. */
export async function keptRunFiles(ctx: Context, id: string): Promise<AsyncGenerator<ZipEntry> | null> {
  if ((await ctx.files.size(runFilesKey(id))) === null) return null
  return filesIn(await ctx.files.localPath(runFilesKey(id)))
}

async function* filesIn(name: string): AsyncGenerator<ZipEntry> {
  const file = await open(name)
  try {
    const archive = await openZip(file.fd)
    for (const name of archive.entries.keys()) yield { name, content: archive.read(name) }
  } finally {
    await file.close()
  }
}
