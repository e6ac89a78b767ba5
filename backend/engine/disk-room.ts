import { statfs } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { readDiskUse } from "../sandbox/shim.ts"
import { WakeLoop } from "./queue/wake-loop.ts"
import type { WorkerContext } from "./worker-context.ts"

const lookEveryMs = 1000
/** Below this part of what has to be free, what runs is ended as well. */
const emergencyFactor = 0.5
/** A run that takes longer to end does not keep the next one from being ended. */
const endsWithinMs = 30_000

type Services = Pick<WorkerContext, "services">

/** Something that runs and fills the disk. */
export interface DiskUser {
  /** For the log. */
  name: string
  /** Its folders, once it has some. */
  workDirs: string[]
  since: Date | null
  /** Asks it to end, and to say that it was for the room. */
  end: () => void
  /** Settles when its files are gone. */
  done: Promise<void>
}

/** Whether the disk has room for something new. */
export const hasDiskRoom = async ({ services: { config } }: Services): Promise<boolean> =>
  (await freeBytes(config.dataDir)) >= config.minFreeDiskBytes

/** Ends what runs while the disk is nearly full: what takes the most room first, one after the other until there is some again. */
export function keepDiskRoom({ services }: Services, users: () => DiskUser[]): WakeLoop {
  const { config, log } = services
  const ending = new Set<string>()
  async function turn(): Promise<void> {
    while ((await freeBytes(config.dataDir)) < config.minFreeDiskBytes * emergencyFactor) {
      const user = await largest(users().filter(({ name }) => !ending.has(name)))
      if (!user) return
      log.error({ ended: user.name }, `the disk of ${config.dataDir} is nearly full: what takes the most room is ended`)
      ending.add(user.name)
      void user.done.then(() => ending.delete(user.name))
      user.end()
      const timeout = new AbortController()
      await Promise.race([user.done, sleep(endsWithinMs, undefined, { signal: timeout.signal }).catch(() => {})])
      timeout.abort()
    }
  }
  return new WakeLoop({
    turn,
    everyMs: lookEveryMs,
    onError: (error) => log.warn({ error: error.message }, "cannot make room on the disk at the moment"),
  })
}

/** Of those that take as much, the newest: the least is lost with it. */
async function largest(users: DiskUser[]): Promise<DiskUser | undefined> {
  const measured = await Promise.all(
    users
      .filter(({ workDirs }) => workDirs.length > 0)
      .map(async (user) => {
        const each = await Promise.all(user.workDirs.map(readDiskUse))
        return { user, bytes: each.reduce((all, bytes) => all + bytes, 0) }
      }),
  )
  const age = ({ since }: DiskUser) => since?.getTime() ?? Number.POSITIVE_INFINITY
  return measured.sort((a, b) => b.bytes - a.bytes || age(b.user) - age(a.user))[0]?.user
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
