import { execFile, spawn } from "node:child_process"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { createInterface } from "node:readline"
import { expect } from "vitest"

export interface Ended {
  code: number
  output: string
}

/** Variables and, for a command that asks, what is typed. */
interface CommandOptions {
  env?: Record<string, string>
  input?: string
}

/** The real prime CLI, unmodified, in a folder and a home of its own. */
export interface PrimeCli {
  /** Where commands start. */
  scratch: string
  /** The Python that has the CLI and Prime's packages. */
  python: string
  /** Every command that the CLI has, as it is typed after `prime`. */
  names: Promise<string[]>
  /** Any command with the same variables. */
  run: (command: string, args: string[], env?: Record<string, string>) => Promise<Ended>
  /** A prime command. */
  prime: (args: string[], options?: CommandOptions) => Promise<Ended>
  /** A prime command that must end with the given code; its output comes back. */
  cli: (args: string[], code?: number, env?: Record<string, string>) => Promise<string>
  stop: () => Promise<void>
}

// How this machine reaches package indexes, and nothing that would turn the CLI or uv elsewhere.
const withoutPrime = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^PRIME_|^VIRTUAL_ENV$|^UV_PROJECT|COLOR/.test(name)),
)

/**
 * Starts the CLI that PRIME_CLI names, pointed at a platform.
 * @param url address of the platform
 * @param apiKey the key of whoever uses it
 */
export async function startPrimeCli(url: string, apiKey: string): Promise<PrimeCli> {
  const program = process.env.PRIME_CLI
  if (!program) throw new Error("PRIME_CLI is not set: run this with npm test -- cli, which installs the pinned prime CLI")
  const uv = process.env.UV ?? "uv"
  const scratch = await mkdtemp(path.join(tmpdir(), "he-cli-"))
  const outputs = path.join(scratch, "outputs")
  const variables = {
    ...withoutPrime,
    PATH: [path.join(scratch, "bin"), path.dirname(program), path.dirname(uv), process.env.PATH].join(":"),
    HOME: path.join(scratch, "home"),
    LANG: "C.UTF-8",
    COLUMNS: "200",
    PRIME_DISABLE_VERSION_CHECK: "1",
    PRIME_API_BASE_URL: url,
    PRIME_FRONTEND_URL: url,
    PRIME_INFERENCE_URL: `${url}/api/v1`,
    PRIME_TRACES_URL: url,
    PRIME_API_KEY: apiKey,
    UV_CACHE_DIR: path.join(path.dirname(path.dirname(path.dirname(program))), "uv-cache"),
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
  } as unknown as NodeJS.ProcessEnv
  for (const folder of [outputs, path.join(scratch, "bin"), variables.HOME as string]) await mkdir(folder)
  // The real client. It looks for known hosts where the system's accounts say, not in HOME, and a port of a test is another one's tomorrow.
  await writeFile(path.join(scratch, "bin/ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F none -o UserKnownHostsFile=${scratch}/known "$@"\n`, {
    mode: 0o755,
  })
  const python = path.join(path.dirname(program), "python")
  const commands = spawn(python, [path.join(import.meta.dirname, "prime_commands.py")], {
    cwd: scratch,
    env: variables,
    stdio: ["pipe", "pipe", "inherit"],
  })
  const waiting = new Map<number, { resolve: (code: number) => void; reject: (error: Error) => void }>()
  let tellNames: (names: string[]) => void
  const names = new Promise<string[]>((resolve) => {
    tellNames = resolve
  })
  createInterface({ input: commands.stdout }).on("line", (line) => {
    const said = JSON.parse(line)
    if (Array.isArray(said)) return tellNames(said)
    waiting.get(said.id)?.resolve(said.code)
    waiting.delete(said.id)
  })
  const ended = new Promise<void>((resolve) => commands.on("close", () => resolve()))
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error("the process with the prime CLI ended"))
  })
  let count = 0

  async function prime(args: string[], { env = {}, input = "" }: CommandOptions = {}): Promise<Ended> {
    const id = ++count
    const output = path.join(outputs, `${id}.txt`)
    const code = await new Promise<number>((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      commands.stdin.write(`${JSON.stringify({ id, args, env, cwd: scratch, input, output })}\n`)
    })
    return { code, output: await readFile(output, "utf8") }
  }
  return {
    scratch,
    python,
    names,
    prime,
    run: (command, args, env = {}) =>
      new Promise((resolve) =>
        execFile(command, args, { cwd: scratch, maxBuffer: 64 * 1024 * 1024, env: { ...variables, ...env } }, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
        ),
      ),
    cli: async (args, code = 0, env = {}) => {
      const done = await prime(args, { env })
      expect(done.code, `prime ${args.join(" ")}\n${done.output}`).toBe(code)
      return done.output
    },
    stop: async () => {
      commands.stdin.end()
      await ended
      await rm(scratch, { recursive: true })
    },
  }
}
