import { type ChildProcess, spawn } from "node:child_process"
import { mkdir, open, readFile, writeFile } from "node:fs/promises"
import type { Socket } from "node:net"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { z } from "zod"
import { type Executor, type Handle, type Held, type Inspection, type Spec, workFiles } from "./executor.ts"

const ShimState = z.object({ pid: z.int(), start_time: z.union([z.int(), z.string()]).nullable(), child_pid: z.int().nullish() })
const ExitState = z.object({ code: z.int().nullable(), signal: z.string().nullable() })

const startsWithinMs = 15_000
const killWithinMs = 10_000

/**
 * Runs programs as plain processes under a small shim that outlives this process: it collects output, ends the whole tree and
 * writes how it ended. No isolation beyond a process group of its own.
 */
export function processExecutor(options: { python: string; shim: string }): Executor {
  /** Starts the shim, and with it the program; returns once the program runs. */
  async function launch(spec: Spec, input: boolean): Promise<ChildProcess> {
    await mkdir(spec.workDir, { recursive: true, mode: 0o700 })
    await writeFile(path.join(spec.workDir, workFiles.spawn), spawnFile(spec, input))
    const messages = await open(path.join(spec.workDir, "shim.log"), "a")
    const shim = spawn(options.python, ["-I", "-S", options.shim, spec.workDir], {
      detached: true,
      cwd: spec.workDir,
      env: spec.env as NodeJS.ProcessEnv,
      stdio: [input ? "pipe" : "ignore", messages.fd, messages.fd],
    })
    const failed = new Promise<never>((_, reject) => shim.once("error", reject))
    shim.unref()
    await Promise.race([waitForShim(spec.workDir), failed]).finally(() => messages.close())
    return shim
  }

  return {
    kind: "process",

    async start(spec) {
      const handle = handleOf(spec)
      if (!(await readJson(spec.workDir, workFiles.shim, ShimState))) await launch(spec, false)
      return handle
    },

    async hold(spec): Promise<Held> {
      const shim = await launch(spec, true)
      const input = shim.stdin as Socket
      input.unref()
      // A program that is gone does not read any more; whoever looks at it learns so.
      input.on("error", () => {})
      return {
        handle: handleOf(spec),
        release(line) {
          if (shim.exitCode !== null || shim.signalCode !== null || !input.writable) return false
          input.end(`${line}\n`)
          return true
        },
        drop: () => void input.end(),
      }
    },

    async inspect({ workDir }): Promise<Inspection> {
      const exit = await readJson(workDir, workFiles.exit, ExitState)
      if (exit) return { phase: "exited", ...exit }
      const shim = await readJson(workDir, workFiles.shim, ShimState)
      if (shim && (await isAlive(shim.pid, shim.start_time))) return { phase: "running" }
      // It may have ended between the two looks.
      const last = await readJson(workDir, workFiles.exit, ExitState)
      return last ? { phase: "exited", ...last } : { phase: "lost" }
    },

    async stop({ workDir }, graceMs) {
      const shim = await readJson(workDir, workFiles.shim, ShimState)
      if (!shim || !(await isAlive(shim.pid, shim.start_time))) return
      signalProcess(shim.pid, "SIGTERM")
      const end = Date.now() + graceMs + killWithinMs
      while (Date.now() < end) {
        if (!(await isAlive(shim.pid, shim.start_time))) return
        await sleep(25)
      }
      // The shim itself hangs: its child dies with it.
      signalProcess(shim.pid, "SIGKILL")
      if (shim.child_pid) signalProcess(-shim.child_pid, "SIGKILL")
    },
  }
}

const handleOf = (spec: Spec): Handle => ({ kind: "process", id: spec.id, workDir: spec.workDir })

const spawnFile = (spec: Spec, input: boolean) =>
  JSON.stringify({ argv: spec.argv, cwd: spec.workDir, grace_seconds: 1, output_bytes_max: spec.outputBytesMax, input })

async function waitForShim(workDir: string): Promise<void> {
  const end = Date.now() + startsWithinMs
  while (Date.now() < end) {
    if (await readJson(workDir, workFiles.shim, ShimState)) return
    await sleep(10)
  }
  const said = await readFile(path.join(workDir, "shim.log"), "utf8").catch(() => "")
  throw new Error(`The sandbox process did not start within ${startsWithinMs / 1000} s${said ? `: ${said.slice(-500)}` : ""}`)
}

async function readJson<T>(workDir: string, name: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(path.join(workDir, name), "utf8").catch(() => null)
  if (text === null) return null
  const parsed = schema.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : null
}

/** Whether the process lives and is still the same one: process numbers are used again, start times are not. */
async function isAlive(pid: number, startTime: number | string | null): Promise<boolean> {
  if (!signalProcess(pid, 0)) return false
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null)
  if (stat === null) return process.platform !== "linux"
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return fields[0] !== "Z" && (startTime === null || fields[19] === String(startTime))
}

function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}
