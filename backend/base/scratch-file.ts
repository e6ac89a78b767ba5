import { type FileHandle, mkdir, open, rm } from "node:fs/promises"
import path from "node:path"

/** Opens a new file without a name: it is written and read through its handle, and gone when that is closed or this process ends. */
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
