import { statfs } from "node:fs/promises"
import type { Engine } from "./engine.ts"

/** Whether the disk has room for something new. What runs already goes on. */
export async function hasDiskRoom({ services: { config } }: Pick<Engine, "services">): Promise<boolean> {
  const { bavail, bsize } = await statfs(config.dataDir)
  return bavail * bsize >= config.minFreeDiskBytes
}
