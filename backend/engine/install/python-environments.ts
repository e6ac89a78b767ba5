import { createHash } from "node:crypto"
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import path from "node:path"
import type { Config } from "../../base/config.ts"
import { withProcessLock } from "../../base/process-lock.mjs"
import { type Executor, type Handle, workFiles } from "../../sandbox/executor.ts"
import { removeFolder } from "../../sandbox/remove-folder.ts"
import { layOverBase } from "./layer.ts"
import { noteBaseUse, type PythonBase, PythonBases } from "./python-bases.ts"
import { runInstaller, scratchNames } from "./run-installer.ts"
import { SharedWork } from "./shared-work.ts"
import { deleteUnused, noteUse, usedAt } from "./use-marks.ts"

/** One that was asked for so recently may be about to be used. */
const freshMs = 10 * 60_000

/** What a Python environment is made for. */
export interface Wheel {
  environmentId: string
  filename: string
  sha256: string
}

/** A wheel's file, and the user or team whose environment it is. */
export type InstalledWheel = Wheel & { path: string; owner?: string }

/** The base of an environment, and whose environment it is. */
export type EnvironmentBase = PythonBase & { owner: string | null }

/** The Python that everything is a layer over. */
export function pythonBase({ pythonBase }: Pick<Config, "pythonBase">): string {
  if (!pythonBase) throw new Error("PYTHON_BASE is not set: the worker needs the Python that npm start prepares")
  return pythonBase
}

/**
 * Makes and keeps Python environments: one per environment and wheel, found again by content, each a layer over a base (verifiers
 * and its pinned dependencies) that holds the environment's own package and what the base lacks. A process needs both folders.
 *
 * Each is the folder `inside` of the sandbox that it was installed in. What is beside that folder is the platform's word about it;
 * what is in it was written by strangers, and nothing outside of a sandbox reads or follows it.
 */
export class PythonEnvironments {
  /** The Python of the base that is there from the start. */
  readonly base: string
  readonly #root: string
  readonly #bases: PythonBases
  #making = new SharedWork<string, string>()

  constructor(
    private readonly config: Config,
    private readonly executor: Executor,
  ) {
    this.base = pythonBase(config)
    this.#root = path.join(config.dataDir, "python/envs")
    this.#bases = new PythonBases(config, this.base)
  }

  /**
   * The Python with a wheel installed; made when it is not there yet.
   * @param say receives the installer's output, line by line
   * @returns path of the python executable
   */
  async prepare(wheel: InstalledWheel, say: (line: string) => void, signal: AbortSignal): Promise<string> {
    const name = this.#nameOf(wheel)
    if (await this.#isUsable(name)) return this.#python(name)
    return this.#making.join(name, say, signal, (sayToAll, unwanted) => this.#make(name, wheel, sayToAll, unwanted))
  }

  /**
   * The base that an environment is a layer over.
   * @param python as prepare() returned it
   */
  async baseOf(python: string): Promise<EnvironmentBase> {
    return readBase(path.join(path.dirname(python), "../.."))
  }

  /**
   * Deletes what is no longer needed: environments whose wheel no version has, and what installations left that were cut short; and
   * of what nothing runs on now, what must go. Bases go when no environment was over them for PYTHON_KEPT_DAYS.
   * @param wheels of all versions
   * @param used paths of python executables that processes of this machine run on
   * @param mustGo asked about one after the other, the least recently used first, with the time of its last use
   * @returns folders of those that had to go
   */
  async sweep(wheels: readonly Wheel[], used: ReadonlySet<string>, mustGo: (usedAt: number) => Promise<boolean>): Promise<string[]> {
    const kept = new Set(wheels.map((wheel) => this.#nameOf(wheel)))
    const bases = new Set<string>([this.base])
    const gone: string[] = []
    for (const { name, since } of await this.#list()) {
      const folder = this.#folder(name)
      const isUsed = used.has(this.#python(name)) || Date.now() - since < freshMs
      // Without the mark it is being made, which its lock shows, or was left.
      const isNeeded = since > 0 && (isUsed || kept.has(name))
      const isKept = isNeeded && (isUsed || !(await mustGo(since)))
      const isGone = !isKept && (await deleteUnused(folder, path.join(folder, completeMark), since, () => this.#remove(name)))
      if (isGone && isNeeded) gone.push(folder)
      if (isKept) bases.add((await readBase(folder)).python)
    }
    return [...gone, ...(await this.#bases.sweep(bases, Date.now() - this.config.pythonKeptMs))]
  }

  /** All environments by the time of their last use, which is 0 for those that are not complete. */
  async #list(): Promise<{ name: string; since: number }[]> {
    const entries = await readdir(this.#root, { withFileTypes: true }).catch(() => [])
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    const found = await Promise.all(names.map(async (name) => ({ name, since: await usedAt(path.join(this.#folder(name), completeMark)) })))
    return found.sort((a, b) => a.since - b.since)
  }

  /** Whether an environment is there, with its base; if so, notes that both were asked for. */
  async #isUsable(name: string): Promise<boolean> {
    const folder = this.#folder(name)
    if (!(await noteUse(path.join(folder, completeMark)))) return false
    return noteBaseUse((await readBase(folder)).python)
  }

  async #make(name: string, wheel: InstalledWheel, say: (line: string) => void, signal: AbortSignal): Promise<string> {
    const make = async () => {
      const folder = this.#folder(name)
      if (await this.#isUsable(name)) return this.#python(name)
      await this.#remove(name)
      try {
        const base = await this.#bases.of(wheel.path, say, signal)
        const inside = path.join(folder, workFiles.inside)
        await mkdir(inside, { recursive: true })
        await layOverBase(base.python, inside)
        await runInstaller(this.executor, this.config, { handle: this.#handle(name), base, wheel }, say, signal)
        await this.#finish(folder, { ...base, owner: wheel.owner ?? null })
      } catch (error) {
        await this.#remove(name)
        throw error
      }
      return this.#python(name)
    }
    // Another worker of this machine may be making the same one.
    return withProcessLock(`${this.#folder(name)}.lock`, make, { signal })
  }

  /** Leaves of the sandbox nothing but the environment, which users other than its maker may read. */
  async #finish(folder: string, base: EnvironmentBase): Promise<void> {
    const inside = path.join(folder, workFiles.inside)
    await chmod(inside, 0o755)
    for (const name of scratchNames) await removeFolder(path.join(inside, name))
    for (const name of await readdir(folder)) if (name !== workFiles.inside) await removeFolder(path.join(folder, name))
    await writeFile(path.join(folder, completeMark), JSON.stringify(base))
  }

  #remove = (name: string): Promise<void> => this.executor.remove(this.#handle(name))

  #nameOf({ environmentId, sha256, filename }: Wheel): string {
    const parts = [recipe, path.resolve(this.base), ...this.#bases.pins, environmentId, sha256, filename]
    return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32)
  }

  #folder = (name: string): string => path.join(this.#root, name)

  #python = (name: string): string => path.join(this.#folder(name), workFiles.inside, "bin/python")

  #handle = (name: string): Handle => ({ kind: this.executor.kind, id: `install-${name}`, workDir: this.#folder(name) })
}

/** Changes when environments are made in another way, so that those of before are made again. */
const recipe = "2"

/** Holds the base. Beside what the installation may write: it cannot say of itself that it is complete. */
const completeMark = ".complete"

const readBase = async (folder: string): Promise<EnvironmentBase> =>
  JSON.parse(await readFile(path.join(folder, completeMark), "utf8")) as EnvironmentBase
