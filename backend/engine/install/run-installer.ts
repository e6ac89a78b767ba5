import { copyFile, mkdir } from "node:fs/promises"
import path from "node:path"
import { pathToFileURL } from "node:url"
import type { Config } from "../../base/config.ts"
import { type ExceededLimit, type Executor, type Handle, type Inspection, type Spec, workFiles } from "../../sandbox/executor.ts"
import { exactAddresses } from "../../sandbox/network.ts"
import { pythonMounts } from "../../sandbox/python-mounts.ts"
import { followAttempt } from "../attempt/follow.ts"
import { emptyIntake, takeOutput } from "../attempt/intake.ts"
import { readSpool } from "../attempt/spool.ts"
import { InstallError } from "./install-error.ts"
import { installerNeeds } from "./installer-needs.ts"
import type { PythonBase } from "./python-bases.ts"

const minutesMax = 30
const openFilesMax = 4096
const outputBytesMax = 4 * 1024 * 1024
const lookEveryBytes = 256 * 1024
const lastLines = 40

/** Of the sandbox's folder, what an installation needs and an environment does not. */
export const scratchNames = ["cache", "home", "tmp", "wheel"] as const

/** Most environments need nothing that the base lacks: that is found without asking the index, which takes most of the time. */
const script = `uv=$1 base=$2 environment=$3 constraints=$4 wheel=$5
install() { "$uv" pip install --no-progress --python "$environment/bin/python" --constraint "$constraints" "$@" "$wheel"; }
"$uv" venv --quiet --allow-existing --python "$base" "$environment"
if said=$(install --offline 2>&1); then printf '%s\\n' "$said"; else install; fi`

const limitSettings: Record<ExceededLimit, string> = {
  memory: "more memory than SANDBOX_MEMORY_MB allows",
  disk: "more disk than SANDBOX_DISK_MB allows",
  output: "more output than is kept",
}

/**
 * Makes a Python environment of the folder `inside` of a handle and installs a wheel in it, in a sandbox: builds of source
 * distributions are a stranger's programs. When this returns or throws, no process of it is left.
 * @param say receives what the installer prints, line by line
 * @throws InstallError in the installer's words
 */
export async function runInstaller(
  executor: Executor,
  config: Config,
  {
    handle,
    base,
    wheel,
  }: { handle: Handle; base: Pick<PythonBase, "python" | "constraints" | "verifiers">; wheel: { path: string; filename: string } },
  say: (line: string) => void,
  cancelled: AbortSignal,
): Promise<void> {
  const spec = await prepareSpec(config, handle, base, wheel)
  const signal = AbortSignal.any([cancelled, AbortSignal.timeout(minutesMax * 60_000)])
  const last: string[] = []
  const output = path.join(handle.workDir, workFiles.output)
  const plain = withoutFolders(handle.workDir, path.basename(wheel.filename))
  let offset = 0
  const takeNext = async () => {
    const part = await readSpool(output, offset, lookEveryBytes)
    if (part.offset === offset) return false
    offset = part.offset
    const { logLines } = takeIn(part.lines)
    for (const text of logLines.map((line) => plain(line.text))) {
      say(text)
      last.push(text)
    }
    last.splice(0, last.length - lastLines)
    return true
  }
  let end: Inspection | null = null
  try {
    await executor.start(spec)
    end = await followAttempt((one) => executor.inspect(one), handle, { takeNext, mustStop: () => signal.aborted, wake: signal })
  } finally {
    await executor.stop(handle, 0)
  }
  if (end?.phase === "exited" && end.code === 0 && !end.limit) return
  cancelled.throwIfAborted()
  if (!end) throw new InstallError(`Installing took longer than ${minutesMax} minutes`)
  if (end.phase !== "exited") throw new Error("The installer's process was lost")
  if (end.limit) throw new InstallError(`Installing took ${limitSettings[end.limit]}`)
  const pinned = /No solution found/.test(last.join("\n")) && !last.some((line) => line.startsWith("[network] "))
  if (pinned) say(`Versions that verifiers ${base.verifiers} was tested with cannot move here; another verifiers can be required`)
  throw new InstallError(explain(last) || `The installer ended with ${end.code ?? end.signal}`)
}

/**
 * The installer's words for people who know nothing of this machine: the wheel is their package, and other files of the sandbox are named as
 * they are from its folder, where the installer runs.
 */
function withoutFolders(workDir: string, filename: string): (text: string) => string {
  const inside = path.join(workDir, workFiles.inside)
  const source = ` (from ${pathToFileURL(path.join(inside, "wheel", filename))})`
  return (text) =>
    text
      .replaceAll(source, "")
      .replaceAll(`${pathToFileURL(inside)}/`, "")
      .replaceAll(`${inside}/`, "")
}

function takeIn(lines: readonly string[]) {
  const intake = emptyIntake()
  takeOutput(intake, lines, (text) => text)
  return intake
}

/** The installer's last words; what the network refused is the cause, and so comes last. */
function explain(lines: readonly string[]): string {
  const isRefusal = (line: string) => line.startsWith("[network] ")
  return [...lines.filter((line) => !isRefusal(line)), ...lines.filter(isRefusal)].join("\n").slice(-4000)
}

async function prepareSpec(
  config: Config,
  { id, workDir }: Handle,
  { python: base, constraints }: Pick<PythonBase, "python" | "constraints">,
  wheel: { path: string; filename: string },
): Promise<Spec> {
  const inside = path.join(workDir, workFiles.inside)
  for (const name of scratchNames) await mkdir(path.join(inside, name), { recursive: true, mode: 0o700 })
  // The installer reads name and version from the file's name.
  const named = path.join(inside, "wheel", path.basename(wheel.filename))
  await copyFile(wheel.path, named)
  const { installerVariables, sandbox } = config
  const needs = await installerNeeds(config.uv, installerVariables)
  const isProxied = Object.keys(installerVariables).some((name) => /^(HTTPS?|ALL)_PROXY$/i.test(name))
  return {
    id,
    workDir,
    argv: ["/bin/sh", "-ec", script, "sh", needs.uv, base, inside, constraints, named],
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LANG: "C.UTF-8",
      // Names are looked up outside, where those of the operator's index are known.
      ...(isProxied || config.sandbox.kind === "process" ? {} : { NO_PROXY: "" }),
      ...installerVariables,
      HOME: path.join(inside, "home"),
      TMPDIR: path.join(inside, "tmp"),
      // Thrown away with the rest: what one installation built or fetched is no other's.
      UV_CACHE_DIR: path.join(inside, "cache"),
      UV_LINK_MODE: "hardlink",
      UV_PYTHON_DOWNLOADS: "never",
      NO_COLOR: "1",
    },
    mounts: [...(await pythonMounts(base)), { source: constraints, target: constraints, writable: false }, ...needs.mounts],
    limits: {
      memoryBytes: sandbox.memoryBytes,
      processes: sandbox.processes,
      openFiles: openFilesMax,
      diskBytes: sandbox.diskBytes,
    },
    network: sandbox.network,
    reach: [...new Set([...needs.reach, ...exactAddresses(sandbox.allow)])],
    outputBytesMax,
  }
}
