import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { copyFile, link, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises"
import path from "node:path"
import { createInterface } from "node:readline"
import type { Config } from "../../base/config.ts"
import { withProcessLock } from "../../base/process-lock.mjs"
import { SharedWork } from "./shared-work.ts"

/** Installing failed; the message is the installer's own last words. */
export class InstallError extends Error {}

const installMinutesMax = 30

/**
 * Makes and keeps Python environments: one per wheel, found again by content, each a layer over the base (verifiers and
 * its pinned dependencies) that holds the environment's own package and what the base lacks. A process needs both folders.
 */
export class PythonEnvironments {
  #making = new SharedWork<string, string>()

  constructor(
    private readonly config: Config,
    private readonly root = path.join(config.dataDir, "python/envs"),
  ) {}

  get base(): string {
    if (!this.config.pythonBase) throw new Error("PYTHON_BASE is not set: the worker needs the Python that npm start prepares")
    return this.config.pythonBase
  }

  /**
   * The Python with a wheel installed; made when it is not there yet.
   * @param say receives the installer's output, line by line
   * @returns path of the python executable
   */
  async prepare(
    wheel: { path: string; filename: string; sha256: string },
    say: (line: string) => void,
    signal: AbortSignal,
  ): Promise<string> {
    const name = createHash("sha256")
      .update(`${path.resolve(this.base)}\n${wheel.sha256}\n${wheel.filename}`)
      .digest("hex")
      .slice(0, 32)
    const folder = path.join(this.root, name)
    const python = path.join(folder, "bin/python")
    if (await exists(path.join(folder, ".complete"))) return python
    return this.#making.join(name, say, signal, (sayToAll, unwanted) => this.#make(folder, wheel, sayToAll, unwanted))
  }

  async #make(
    folder: string,
    wheel: { path: string; filename: string },
    say: (line: string) => void,
    signal: AbortSignal,
  ): Promise<string> {
    const make = async () => {
      const python = path.join(folder, "bin/python")
      if (await exists(path.join(folder, ".complete"))) return python
      await rm(folder, { recursive: true, force: true })
      await this.#uv(["venv", "--quiet", "--python", this.base, folder], say, signal)
      await layOverBase(this.base, folder)
      // The installer reads name and version from the file's name.
      const named = path.join(folder, path.basename(wheel.filename))
      await copyFile(wheel.path, named)
      const constraints = path.join(this.config.root, "runner/constraints.txt")
      await this.#uv(["pip", "install", "--no-progress", "--python", python, "--constraint", constraints, named], say, signal)
      await rm(named)
      await writeFile(path.join(folder, ".complete"), "")
      return python
    }
    // Another worker of this machine may be making the same one.
    return withProcessLock(`${folder}.lock`, make, { signal })
  }

  async #uv(args: string[], say: (line: string) => void, signal: AbortSignal): Promise<void> {
    const child = spawn(this.config.uv, args, {
      env: {
        ...this.config.installerVariables,
        HOME: this.root,
        UV_CACHE_DIR: path.join(this.config.dataDir, "python/uv-cache"),
        NO_COLOR: "1",
      } as unknown as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
      signal: AbortSignal.any([signal, AbortSignal.timeout(installMinutesMax * 60_000)]),
      killSignal: "SIGKILL",
    })
    const last: string[] = []
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        say(line)
        last.push(line)
        if (last.length > 40) last.shift()
      })
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject)
      child.once("close", resolve)
    })
    if (code !== 0) throw new InstallError(last.join("\n").slice(-4000) || `uv ${args[0]} ended with ${code}`)
  }
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  )

async function sitePackages(environment: string): Promise<string> {
  const lib = path.join(environment, "lib")
  const python = (await readdir(lib)).find((name) => name.startsWith("python3"))
  if (!python) throw new Error(`There is no Python below ${lib}`)
  return path.join(lib, python, "site-packages")
}

/**
 * Lays an empty Python environment over the base: the base's packages are found after its own, through a .pth file, and uv is shown
 * what is installed by links to the base's *.dist-info folders. Packages go into the environment alone, whatever uv does.
 */
async function layOverBase(base: string, environment: string): Promise<void> {
  const below = await sitePackages(path.dirname(path.dirname(base)))
  const own = await sitePackages(environment)
  const installed = (await readdir(below)).filter((name) => name.endsWith(".dist-info"))
  await Promise.all(installed.map((name) => linkFolder(path.join(below, name), path.join(own, name))))
  await writeFile(path.join(own, "base.pth"), `import site; site.addsitedir(${JSON.stringify(below)})\n`)
}

/** Hard-links every file of a folder into another; copies where the file system cannot link. */
async function linkFolder(from: string, to: string): Promise<void> {
  await mkdir(to)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name)
    const target = path.join(to, entry.name)
    if (entry.isDirectory()) await linkFolder(source, target)
    else await link(source, target).catch(() => copyFile(source, target))
  }
}
