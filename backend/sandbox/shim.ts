import { type ChildProcess, spawn } from "node:child_process"
import { open, readdir, readFile, writeFile } from "node:fs/promises"
import type { Socket } from "node:net"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import * as z from "zod"
import { type Handle, type Inspection, type Spec, type WaitingProgram, workFiles } from "./executor.ts"
import type { SandboxNetwork } from "./network.ts"

const ShimState = z.object({ pid: z.int(), start_time: z.union([z.int(), z.string()]).nullable(), child_pid: z.int().nullish() })
const ExitState = z.object({
  code: z.int().nullable(),
  signal: z.string().nullable(),
  limit: z.enum(["memory", "disk", "output"]).nullable().default(null),
})

const startsWithinMs = 15_000
const killWithinMs = 10_000

/** The isolation that the shim starts a program in. */
export interface Isolation {
  /** A command that makes the sandbox and starts init in it; the shim adds three descriptors. */
  argv: string[]
  /** The user that the program becomes, where root makes the sandbox. */
  uid: number | null
  /** User and group that the program sees itself as, where the sandbox is made in a user namespace. */
  mapped: [number, number] | null
  /** Whether a container engine limits memory and processes, so that the shim need not. */
  limited_by_engine: boolean
  /** `proxy` null: the egress proxy waits outside on `socket` instead of being started by the shim. */
  network: (Omit<SandboxNetwork, "proxy"> & { proxy: SandboxNetwork["proxy"] | null; socket?: string }) | null
}

/** How one of the platform's own programs is started: with the standard library alone, whatever the variables say. */
export const programArgv = (python: string, programs: string, name: "shim" | "egress_proxy" | "init" | "agent"): [string, ...string[]] => [
  python,
  "-I",
  "-S",
  programs,
  name,
]

/**
 * The content of spawn.json: what the shim (runner/src/sandbox/shim) is to start.
 * @param isLimitedByEngine whether the shim itself is in a container that has the limits
 */
export const spawnFile = (
  spec: Spec,
  isolation: Isolation | null,
  input: boolean,
  isLimitedByEngine = isolation?.limited_by_engine ?? false,
) =>
  JSON.stringify({
    name: spec.id,
    argv: spec.argv,
    cwd: spec.cwd ?? path.join(spec.workDir, workFiles.inside),
    grace_seconds: 1,
    output_bytes_max: spec.outputBytesMax,
    limits: {
      memory_bytes: spec.limits.memoryBytes,
      processes: spec.limits.processes,
      open_files: spec.limits.openFiles,
      disk_bytes: spec.limits.diskBytes,
    },
    limited_by_engine: isLimitedByEngine,
    input,
    sandbox: isolation,
  })

/**
 * Starts the shim in a session of its own, and with it the program; returns once it runs.
 * @param programs the folder of the platform's own programs
 * @param input whether the program gets the standard input of the process that is returned
 */
export async function startShim(
  { python, programs }: { python: string; programs: string },
  spec: Spec,
  isolation: Isolation | null,
  input: boolean,
): Promise<ChildProcess> {
  await writeFile(path.join(spec.workDir, workFiles.spawn), spawnFile(spec, isolation, input), { mode: 0o600 })
  const messages = await open(path.join(spec.workDir, "shim.log"), "a", 0o600)
  const [command, ...flags] = programArgv(python, programs, "shim")
  const child = spawn(command, [...flags, spec.workDir, "3"], {
    detached: true,
    cwd: spec.workDir,
    // Variables such as LD_PRELOAD would affect the shim as well, and it may be root: the program's own take another way.
    env: { LANG: "C.UTF-8", PATH: process.env.PATH } as unknown as NodeJS.ProcessEnv,
    stdio: [input ? "pipe" : "ignore", messages.fd, messages.fd, "pipe"],
  })
  const failed = new Promise<never>((_, reject) => child.once("error", reject))
  const variables = child.stdio[3] as Socket
  // A shim that dies before it reads them says why in its log.
  variables.on("error", () => {})
  variables.end(JSON.stringify(spec.env))
  child.unref()
  await Promise.race([waitForShim(spec.workDir), failed]).finally(() => messages.close())
  return child
}

/** A program that waits for its input, as its starter holds it. */
export function waitingProgram(handle: Handle, shim: ChildProcess): WaitingProgram {
  const input = shim.stdin as Socket
  input.unref()
  // A program that has ended no longer reads; inspecting it shows that it ended.
  input.on("error", () => {})
  return {
    handle,
    release(line) {
      if (shim.exitCode !== null || shim.signalCode !== null || !input.writable) return false
      input.end(`${line}\n`)
      return true
    },
    drop: () => void input.end(),
  }
}

export const hasStarted = async (workDir: string): Promise<boolean> => (await readJson(workDir, workFiles.shim, ShimState)) !== null

/** How the program ended, as the shim wrote it down; null when it did not (yet). */
export async function readExit(workDir: string): Promise<Inspection | null> {
  const exit = await readJson(workDir, workFiles.exit, ExitState)
  return exit && { phase: "exited", ...exit }
}

/** Bytes that a program used of the disk when that was measured last; 0 where it is not known. */
export async function readDiskUse(workDir: string): Promise<number> {
  return Number(await readFile(path.join(workDir, workFiles.disk), "utf8").catch(() => "0"))
}

/** Whether the shim lives, or how the program ended. */
export async function inspectShim(workDir: string): Promise<Inspection> {
  const exit = await readExit(workDir)
  if (exit) return exit
  const shim = await readJson(workDir, workFiles.shim, ShimState)
  if (shim && (await isAlive(shim.pid, shim.start_time))) return { phase: "running" }
  // It may have ended in between.
  return (await readExit(workDir)) ?? { phase: "lost" }
}

/** TERM through the shim, KILL after the grace time; returns when it is gone. */
export async function stopShim(workDir: string, graceMs: number): Promise<void> {
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
}

/**
 * Kills processes that a program left behind when its shim was killed: those whose environment names its folder. A process that
 * gave itself another environment is not found.
 */
export async function killLeftovers(workDir: string): Promise<void> {
  const mark = `=${path.join(workDir, workFiles.inside)}`
  for (const name of await readdir("/proc").catch(() => [])) {
    const pid = Number(name)
    if (!(pid > 1) || pid === process.pid) continue
    const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")
    if (environment.includes(mark)) signalProcess(pid, "SIGKILL")
  }
}

export async function waitForShim(workDir: string): Promise<void> {
  const end = Date.now() + startsWithinMs
  while (Date.now() < end) {
    if (await hasStarted(workDir)) return
    await sleep(10)
  }
  const log = await readFile(path.join(workDir, "shim.log"), "utf8").catch(() => "")
  throw new Error(`The sandbox process did not start within ${startsWithinMs / 1000} s${log ? `: ${log.slice(-500)}` : ""}`)
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
