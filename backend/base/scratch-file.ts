import { type FileHandle, mkdir, open, rm } from "node:fs/promises"
import path from "node:path"

/** Opens a new file that nobody else sees: it can be written and read through its handle, and is gone with that or with this process. */
export async function openScratchFile(folder: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true })
  const name = path.join(folder, `${process.pid}-${crypto.randomUUID()}`)
  const file = await open(name, "wx+")
  try {
    await rm(name)
  } catch (error) {
    await file.close()
    throw error
  }
  return file
}
