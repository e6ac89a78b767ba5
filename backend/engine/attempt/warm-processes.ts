import { readdir, readlink } from "node:fs/promises"
import path from "node:path"
import { toError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import type { WaitingProgram } from "../../sandbox/executor.ts"
import type { WorkerContext } from "../worker-context.ts"
import { attemptsFolder, removeAttempt } from "./folder.ts"
import { prepareSpec } from "./process-spec.ts"

const idleMinutesMax = 30

interface WarmProcess {
  id: string
  interpreter: string
  program: WaitingProgram
  expires: NodeJS.Timeout
}

/**
 * Processes that have imported the library, which takes seconds, and wait for a run of their environment's version: one for each of
 * the versions used last. They hold no secret and no job; both come with the run.
 */
export class WarmProcesses {
  #waiting: WarmProcess[] = []
  #starting = new Map<string, Promise<void>>()
  #isEnded = false

  constructor(private readonly context: Pick<WorkerContext, "services" | "executor" | "owner" | "python">) {}

  /** Hands over the process that waits with this Python, if there is one. */
  take(interpreter: string): WaitingProgram | undefined {
    const found = this.#waiting.find((one) => one.interpreter === interpreter)
    if (!found) return undefined
    this.#forget(found)
    return found.program
  }

  /** Makes sure that a process waits for the next run with this Python; the least recently used one makes room. */
  keep(interpreter: string): void {
    const { executor, services } = this.context
    if (this.#isEnded || services.config.warmProcesses === 0 || !executor.startWaiting || this.#starting.has(interpreter)) return
    if (this.#waiting.some((one) => one.interpreter === interpreter)) return
    const starting = this.#start(interpreter)
      .catch((error: unknown) => services.log.warn({ error: toError(error).message }, "no warm process could be started"))
      .finally(() => this.#starting.delete(interpreter))
    this.#starting.set(interpreter, starting)
  }

  /** Ends the processes that wait; no other is started after that. */
  async end(): Promise<void> {
    this.#isEnded = true
    await Promise.all(this.#starting.values())
    await Promise.all(this.#waiting.map((one) => this.#drop(one)))
  }

  /** Cleans up processes whose worker was killed. Its death closed their input, so they end too, but not at once. */
  async sweep(isDead: (owner: string) => boolean): Promise<void> {
    const { executor } = this.context
    const folder = attemptsFolder(this.context)
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    const links = entries.filter((entry) => entry.isSymbolicLink())
    const used = new Set(await Promise.all(links.map(async (entry) => path.basename(await readlink(path.join(folder, entry.name))))))
    for (const { name } of entries) {
      const owner = /^warm-(.+)-[a-z0-9]+$/.exec(name)?.[1]
      if (owner && !used.has(name) && isDead(owner))
        await executor.remove({ kind: executor.kind, id: name, workDir: path.join(folder, name) })
    }
  }

  async #start(interpreter: string): Promise<void> {
    const { executor, services, owner } = this.context
    const id = `warm-${owner}-${newId()}`
    const spec = await prepareSpec(this.context, id, interpreter)
    const program = await executor.startWaiting?.({ ...spec, argv: [...spec.argv, "--wait"] })
    if (!program) return
    const expires = setTimeout(() => void this.#drop(one), idleMinutesMax * 60_000)
    expires.unref()
    const one: WarmProcess = { id, interpreter, program, expires }
    this.#waiting.push(one)
    if (this.#waiting.length > services.config.warmProcesses) await this.#drop(this.#waiting[0] as WarmProcess)
  }

  async #drop(one: WarmProcess): Promise<void> {
    this.#forget(one)
    one.program.drop()
    await this.context.executor.stop(one.program.handle, 0).catch(() => {})
    await removeAttempt(this.context, one.id)
  }

  #forget(one: WarmProcess): void {
    clearTimeout(one.expires)
    this.#waiting = this.#waiting.filter((other) => other !== one)
  }
}
