import { fork } from "node:child_process"
import { existsSync } from "node:fs"
import { chown, mkdir } from "node:fs/promises"
import type { Executor } from "../sandbox/executor.ts"
import { sandboxPrograms } from "./sandbox.ts"

const nobody = 65_534
/** One that everybody may use: the one of the tests can lie below root's own folder. */
const systemPython = "/usr/bin/python3"

export const canBeUnprivileged = process.getuid?.() === 0 && existsSync(systemPython)

type Verb = "probe" | "start" | "inspect" | "stop" | "remove"

/** The bubblewrap executor of a platform that is not root: it lives in a process of an ordinary user, to which each call is sent. */
export function unprivilegedBubblewrap(options: { folder: string; allow: string[] }): {
  executor: Executor
  python: string
  end: () => void
} {
  const child = fork(new URL("./unprivileged-child.ts", import.meta.url), {
    execArgv: ["--import", import.meta.resolve("tsx")],
    uid: nobody,
    gid: nobody,
    env: { ...process.env, HOME: "/nonexistent", TSX_DISABLE_CACHE: "1" },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let calls = 0
  child.on("message", ({ call, value, error }: { call: number; value?: unknown; error?: string }) => {
    if (error === undefined) waiting.get(call)?.resolve(value)
    else waiting.get(call)?.reject(new Error(error))
    waiting.delete(call)
  })
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the unprivileged process ended with ${code}`))
  })
  const ask = (verb: Verb, ...given: unknown[]) =>
    new Promise<never>((resolve, reject) => {
      waiting.set(++calls, { resolve: resolve as (value: unknown) => void, reject })
      child.send({ call: calls, verb, given })
    })
  child.send({ options: { ...options, python: systemPython, programs: sandboxPrograms } })
  return {
    python: systemPython,
    executor: {
      kind: "bubblewrap",
      probe: () => ask("probe"),
      async start(spec) {
        await mkdir(spec.workDir, { recursive: true })
        await chown(spec.workDir, nobody, nobody)
        return ask("start", spec)
      },
      inspect: (handle) => ask("inspect", handle),
      stop: (handle, graceMs) => ask("stop", handle, graceMs),
      remove: (handle) => ask("remove", handle),
    },
    end: () => child.disconnect(),
  }
}
