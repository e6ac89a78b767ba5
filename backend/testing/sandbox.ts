import { mkdtemp, readFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { type Executor, type Handle, type Inspection, type Spec, workFiles } from "../sandbox/executor.ts"
import { pythonMounts } from "../sandbox/python-mounts.ts"
import { until } from "./until.ts"

const megabyte = 1024 * 1024

/** The Python that tests of sandboxes run: the one that runs the shim, too. */
export const sandboxPython = (): string => {
  if (!process.env.PYTHON_BASE) throw new Error("PYTHON_BASE is not set: run the tests with npm test -- unit, which prepares a Python")
  return process.env.PYTHON_BASE
}

export const sandboxPrograms = path.join(import.meta.dirname, "../../runner/src/sandbox")

/** A small program to run: little memory, few processes, no network. Its folder is a new one unless it is given. */
export async function testSpec(argv: string[], given: Partial<Spec> = {}): Promise<Spec> {
  const workDir = given.workDir ?? (await mkdtemp(path.join(tmpdir(), "he-sandbox-")))
  return {
    id: path.basename(workDir),
    workDir,
    argv,
    env: { PATH: "/usr/bin:/bin", HOME: path.join(workDir, workFiles.inside) },
    mounts: await pythonMounts(sandboxPython()),
    limits: { memoryBytes: 256 * megabyte, processes: 64, openFiles: 256, diskBytes: 64 * megabyte },
    network: "none",
    reach: [],
    outputBytesMax: megabyte,
    ...given,
  }
}

/** The program of a Python text. */
export const python = (text: string, interpreter = sandboxPython()): string[] => [interpreter, "-I", "-S", "-c", text]

/** Looks until the program has ended. */
export async function untilEnded(executor: Executor, handle: Handle, seconds = 60): Promise<Inspection> {
  return until(
    async () => `the program has ended; it said: ${(await outputOf(handle.workDir)).join("\n")}`,
    async () => {
      const found = await executor.inspect(handle)
      return found.phase !== "running" && found
    },
    { seconds },
  )
}

/** The lines that a program has printed so far. */
export async function outputOf(workDir: string): Promise<string[]> {
  const text = await readFile(path.join(workDir, workFiles.output), "utf8").catch(() => "")
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { text: string }).text)
}

/** Waits for a line of output that begins like this; the rest of it. */
export async function untilSaid(workDir: string, start: string, seconds = 30): Promise<string> {
  const line = await until(
    async () => `a line ${JSON.stringify(start)} in: ${(await outputOf(workDir)).join("\n")}`,
    async () => (await outputOf(workDir)).find((one) => one.startsWith(start)),
    { seconds },
  )
  return line.slice(start.length).trim()
}
