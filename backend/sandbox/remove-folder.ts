import { chmod, readdir, rm } from "node:fs/promises"
import path from "node:path"

/** Deletes a folder and all in it, also where a program took the right to look into its folders from everybody. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true })
  } catch (error) {
    if (!["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error
    await openFolders(folder)
    await rm(folder, { recursive: true, force: true })
  }
}

/** Gives their owner back the right to look into folders. Links are not followed; what is gone by now is fine. */
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(unlessGone)
  const entries = await readdir(folder, { withFileTypes: true }).catch(unlessGone)
  for (const entry of entries ?? []) if (entry.isDirectory()) await openFolders(path.join(folder, entry.name))
}

function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error
}
