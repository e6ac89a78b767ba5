import { execFile } from "node:child_process"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { access, mkdir, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises"
import path from "node:path"
import { promisify } from "node:util"
import * as z from "zod"
import type { Config } from "../../base/config.ts"
import { toError } from "../../base/errors.ts"
import { withProcessLock } from "../../base/process-lock.mjs"
import { askPython, type FoundPython, findPython } from "./find-python.ts"
import { InstallError } from "./install-error.ts"
import { type LibraryLine, libraryLines, linesForChoice } from "./libraries.ts"
import { deleteUnused, noteUse, usedAt } from "./use-marks.ts"

const run = promisify(execFile)
const minutesMax = 15
const outputBytesMax = 16 * 1024 * 1024

/** verifiers with what it needs, in a Python environment that no package is installed in: others are layers over it. */
export interface PythonBase {
  /** Path of the python executable. */
  python: string
  /** What must not move in the layers over it. */
  constraints: string
  verifiers: string
  pythonVersion: string
  /** Why a package got this one. */
  why: string
}

const Choice = z.union([
  z.object({ refused: z.string() }),
  z.object({ line: z.string().nullable(), requirement: z.string(), pythons: z.array(z.string()).min(1), why: z.string() }),
])

/** Chooses the base of each package, and makes it when it is needed for the first time. */
export class PythonBases {
  /** What the bases are made of: another release of the platform may pin others. */
  readonly pins: string[]
  readonly #lines: LibraryLine[]
  readonly #folder: string

  /** @param primary path of the Python that is there from the start: the first line's */
  constructor(
    private readonly config: Config,
    private readonly primary: string,
  ) {
    this.#lines = libraryLines(config.root)
    this.#folder = config.pythonBases
    this.pins = this.#lines.map((line) => readFileSync(line.constraints, "utf8"))
  }

  /**
   * The base that a wheel is to be installed over.
   * @throws InstallError with a sentence that names what the package needs and this machine cannot have
   */
  async of(wheel: string, say: (line: string) => void, signal: AbortSignal): Promise<PythonBase> {
    const own = await askPython(this.primary)
    if (!own) throw new Error(`There is no Python at ${this.primary}`)
    const choice = await this.#choose(wheel, own.version, signal)
    if ("refused" in choice) throw new InstallError(choice.refused)
    const { requirement, pythons, why } = choice
    const line = this.#lines.find(({ verifiers }) => verifiers === choice.line)
    const found = await this.#findPython(pythons, own, say, signal)
    if (!found) throw new InstallError(missing(pythons, why))
    const isPrimary = line === this.#lines[0] && found.version === own.version
    const base =
      line && isPrimary
        ? { python: this.primary, constraints: line.constraints, verifiers: line.verifiers, pythonVersion: own.version }
        : await this.#prepare(line, requirement, found, say, signal)
    await noteBaseUse(base.python)
    return { ...base, why }
  }

  /**
   * Deletes bases that no environment is a layer over, and fetched Pythons that no base has, when they were not asked for since a time.
   * Other platforms of this machine, and other releases of this one, may share the folder: they make what they miss again.
   * @param used paths of python executables of bases that stay
   * @param before in milliseconds
   * @returns their folders
   */
  async sweep(used: ReadonlySet<string>, before: number): Promise<string[]> {
    for (const python of used) await noteBaseUse(python)
    const gone: string[] = []
    for (const folder of await foldersIn(this.#folder, /^base-[0-9a-f]{12}$/)) {
      const since = await usedAt(markOf(folder))
      if (since === 0 || since > before || used.has(path.join(folder, "bin/python"))) continue
      if (await deleteUnused(folder, markOf(folder), since, () => rm(folder, { recursive: true, force: true }))) gone.push(folder)
    }
    // uv's cache shares its files with the bases, which would take the same room without them.
    if (gone.length > 0) await this.#uv(["cache", "clean", "--quiet"], AbortSignal.timeout(minutesMax * 60_000))
    return [...gone, ...(await this.#sweepPythons(before))]
  }

  async #sweepPythons(before: number): Promise<string[]> {
    const bases = await foldersIn(this.#folder, /^(base|dev|tools)-/)
    const programs = await Promise.all(bases.map((folder) => realpath(path.join(folder, "bin/python")).catch(() => "")))
    const gone: string[] = []
    for (const folder of await foldersIn(path.join(this.#folder, "pythons"), /^cpython-3\.\d+\.\d+-/)) {
      if ((await usedAt(folder)) > before || programs.some((program) => program.startsWith(`${folder}/`))) continue
      await rm(folder, { recursive: true, force: true })
      gone.push(folder)
    }
    return gone
  }

  async #choose(wheel: string, version: string, signal: AbortSignal): Promise<z.infer<typeof Choice>> {
    const script = path.join(this.config.root, "runner/src/libraries/choose.py")
    const lines = JSON.stringify(linesForChoice(this.#lines))
    const { stdout } = await run(this.primary, ["-I", script, wheel, lines, version], { signal, timeout: 60_000 })
    return Choice.parse(JSON.parse(stdout))
  }

  /** The first of some minor versions that this machine has, else the first that uv can fetch. */
  async #findPython(minors: string[], own: FoundPython, say: (line: string) => void, signal: AbortSignal): Promise<FoundPython | null> {
    const fetched = path.join(this.#folder, "pythons")
    const { PATH = "", UV_PYTHON_DOWNLOADS: downloads } = this.config.installerVariables
    for (const minor of minors) {
      const found = own.version.startsWith(`${minor}.`) ? own : await findPython(minor, PATH, fetched)
      if (found) return found
    }
    if (downloads === "never" || downloads === "manual") return null
    const [minor = ""] = minors
    say(`Fetching Python ${minor}`)
    await mkdir(fetched, { recursive: true })
    const install = ["python", "install", "--no-bin", "--install-dir", fetched, minor]
    await this.#uv(install, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      say(lastWords(error))
    })
    return findPython(minor, "", fetched)
  }

  async #prepare(
    line: LibraryLine | undefined,
    requirement: string,
    found: FoundPython,
    say: (line: string) => void,
    signal: AbortSignal,
  ): Promise<Omit<PythonBase, "why">> {
    const pinned = line ? [await readFile(line.requirements), await readFile(line.constraints)] : [requirement]
    const parts = [found.path, found.version, ...pinned]
    const folder = path.join(
      this.#folder,
      `base-${parts
        .reduce((hash, part) => hash.update(part).update("\n"), createHash("sha256"))
        .digest("hex")
        .slice(0, 12)}`,
    )
    const python = path.join(folder, "bin/python")
    const constraints = path.join(folder, "constraints.txt")
    const mark = markOf(folder)
    const isComplete = () =>
      access(mark).then(
        () => true,
        () => false,
      ) // prettier-ignore
    if (!(await isComplete())) {
      await mkdir(this.#folder, { recursive: true })
      await withProcessLock(
        `${folder}.lock`,
        async () => {
          if (await isComplete()) return
          say(`Preparing ${requirement} on Python ${found.version}, once for this machine`)
          await rm(folder, { recursive: true, force: true })
          await this.#uv(["venv", "--quiet", "--no-project", "--python", found.path, folder], signal)
          const packages = line
            ? ["--constraints", line.constraints, "--requirements", line.requirements]
            : // Of releases that nobody tested with it, only wheels: a build would run outside of a sandbox.
              ["--only-binary", ":all:", requirement, "datasets", "openai<3"]
          await this.#uv(["pip", "install", "--quiet", "--compile-bytecode", "--python", python, ...packages], signal)
          await writeFile(constraints, await this.#uv(["pip", "freeze", "--python", python], signal))
          await writeFile(mark, "")
        },
        { signal },
      ).catch(async (error: unknown) => {
        signal.throwIfAborted()
        throw new InstallError(`${requirement} on Python ${found.version} could not be prepared: ${lastWords(error)}`)
      })
    }
    const [, verifiers = ""] = /^verifiers==(\S+)$/m.exec(await readFile(constraints, "utf8")) ?? []
    return { python, constraints, verifiers, pythonVersion: found.version }
  }

  async #uv(args: string[], signal: AbortSignal): Promise<string> {
    const env = {
      ...this.config.installerVariables,
      HOME: this.#folder,
      UV_CACHE_DIR: path.join(this.#folder, "uv-cache"),
      NO_COLOR: "1",
    }
    const options = {
      cwd: this.#folder,
      env: env as unknown as NodeJS.ProcessEnv,
      signal,
      timeout: minutesMax * 60_000,
      maxBuffer: outputBytesMax,
    }
    return (await run(this.config.uv, args, options)).stdout
  }
}

const markOf = (folder: string) => path.join(folder, ".complete")

/** Notes that a base is used now. @returns whether it is there */
export async function noteBaseUse(python: string): Promise<boolean> {
  await noteUse(markOf(path.dirname(path.dirname(python))))
  return access(python).then(
    () => true,
    () => false,
  )
}

const foldersIn = async (parent: string, names: RegExp): Promise<string[]> =>
  (await readdir(parent).catch((): string[] => [])).filter((name) => names.test(name)).map((name) => path.join(parent, name))

const missing = (minors: readonly string[], why: string): string => {
  const names = minors.length > 1 ? `${minors.slice(0, -1).join(", ")} or ${minors.at(-1)}` : minors[0]
  return `It needs Python ${names} (${why}), which this machine does not have and uv could not fetch: install python${minors[0]} where the platform runs.`
}

/** What uv said at the end. */
function lastWords(error: unknown): string {
  const { stderr } = error as { stderr?: string }
  return (stderr?.trim() || toError(error).message).split("\n").slice(-6).join("\n").slice(-2000)
}
