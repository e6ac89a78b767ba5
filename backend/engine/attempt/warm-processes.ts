import { readdir, readlink } from "node:fs/promises"
import path from "node:path"
import { toError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import type { Held } from "../../sandbox/executor.ts"
import type { Engine } from "../engine.ts"
import { attemptFolder, prepareSpec, removeAttempt } from "./attempt.ts"

const idleMinutesMax = 30

interface Waiting {
  id: string
  interpreter: string
  held: Held
  expires: NodeJS.Timeout
}

/**
 * Processes that have imported the library, which takes seconds, and wait for a run of their environment's version. One each for
 * the versions that were used last. They hold no secret and no job: these come with the run.
 */
export class WarmProcesses {
  #waiting: Waiting[] = []
  #starting = new Map<string, Promise<void>>()
  #ended = false

  /** @param engine asked for late, since it holds this object itself */
  constructor(private readonly engine: () => Engine) {}

  /** Hands over the process that waits with this Python, if there is one. */
  take(interpreter: string): Held | undefined {
    const found = this.#waiting.find((one) => one.interpreter === interpreter)
    if (!found) return undefined
    this.#forget(found)
    return found.held
  }

  /** Sees to it that a process waits for the next run with this Python; the one that was used longest ago makes room. */
  keep(interpreter: string): void {
    const { executor, services } = this.engine()
    if (this.#ended || services.config.warmProcesses === 0 || !executor.hold || this.#starting.has(interpreter)) return
    if (this.#waiting.some((one) => one.interpreter === interpreter)) return
    const starting = this.#start(interpreter)
      .catch((error: unknown) => services.log.warn({ error: toError(error).message }, "no process could be kept ready"))
      .finally(() => this.#starting.delete(interpreter))
    this.#starting.set(interpreter, starting)
  }

  /** Ends what waits, and with it this object's work. */
  async end(): Promise<void> {
    this.#ended = true
    await Promise.all(this.#starting.values())
    await Promise.all(this.#waiting.map((one) => this.#drop(one)))
  }

  /** Clears away processes that waited when their worker was killed: their input ended with it, and so do they, but not at once. */
  async sweep(isDead: (owner: string) => boolean): Promise<void> {
    const { executor } = this.engine()
    const runs = path.dirname(attemptFolder(this.engine(), "any"))
    const entries = await readdir(runs, { withFileTypes: true }).catch(() => [])
    const links = entries.filter((entry) => entry.isSymbolicLink())
    const used = new Set(await Promise.all(links.map(async (entry) => path.basename(await readlink(path.join(runs, entry.name))))))
    for (const { name } of entries) {
      const owner = /^warm-(.+)-[a-z0-9]+$/.exec(name)?.[1]
      if (owner && !used.has(name) && isDead(owner))
        await executor.remove({ kind: executor.kind, id: name, workDir: path.join(runs, name) })
    }
  }

  async #start(interpreter: string): Promise<void> {
    const engine = this.engine()
    const id = `warm-${engine.owner}-${newId()}`
    const spec = await prepareSpec(engine, id, interpreter)
    const held = await engine.executor.hold?.({ ...spec, argv: [...spec.argv, "--wait"] })
    if (!held) return
    const expires = setTimeout(() => void this.#drop(one), idleMinutesMax * 60_000)
    expires.unref()
    const one: Waiting = { id, interpreter, held, expires }
    this.#waiting.push(one)
    if (this.#waiting.length > this.engine().services.config.warmProcesses) await this.#drop(this.#waiting[0] as Waiting)
  }

  async #drop(one: Waiting): Promise<void> {
    this.#forget(one)
    one.held.drop()
    const engine = this.engine()
    await engine.executor.stop(one.held.handle, 0).catch(() => {})
    await removeAttempt(engine, one.id)
  }

  #forget(one: Waiting): void {
    clearTimeout(one.expires)
    this.#waiting = this.#waiting.filter((other) => other !== one)
  }
}
