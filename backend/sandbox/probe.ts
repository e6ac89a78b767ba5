import { mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { toError } from "../base/errors.ts"
import { type Executor, type Handle, type Probe, workFiles } from "./executor.ts"

const probeSeconds = 30
const megabyte = 1024 * 1024

/** Whether an executor works on this machine: starts a program that does nothing, the very way it starts environments. */
export async function probeWith(executor: Executor, python: string, folder: string, isolation: Probe["isolation"]): Promise<Probe> {
  await mkdir(folder, { recursive: true })
  const workDir = await mkdtemp(path.join(folder, "probe-"))
  let handle: Handle | null = null
  try {
    handle = await executor.start({
      id: path.basename(workDir),
      workDir,
      // Also checks that the user that programs run as can read the Python.
      argv: [await realpath(python), "-I", "-S", "-c", "pass"],
      env: { PATH: "/usr/bin:/bin" },
      mounts: [],
      limits: { memoryBytes: 256 * megabyte, processes: 64, openFiles: 256, diskBytes: 64 * megabyte },
      network: "internet",
      reach: [],
      outputBytesMax: megabyte,
    })
    for (const end = Date.now() + probeSeconds * 1000; ; await sleep(20)) {
      const state = await executor.inspect(handle)
      if (state.phase === "exited" && state.code === 0) return { ok: true, isolation }
      if (state.phase !== "running" || Date.now() > end) return { ok: false, isolation, reason: await lastWords(workDir) }
    }
  } catch (error) {
    return { ok: false, isolation, reason: toError(error).message }
  } finally {
    if (handle) await executor.remove(handle).catch(() => {})
    await rm(workDir, { recursive: true, force: true })
  }
}

/** Why a program could not be started: what was printed last, by whatever makes the sandbox or by init in it. */
async function lastWords(workDir: string): Promise<string> {
  const output = await readFile(path.join(workDir, workFiles.output), "utf8").catch(() => "")
  const lines = output
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => String((JSON.parse(line) as { text?: unknown }).text))
  return lines.slice(-3).join("; ") || "a program started in it ended without a word"
}
