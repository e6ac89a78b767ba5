import { type ChildProcess, spawn } from "node:child_process"
import http from "node:http"
import type { AddressInfo } from "node:net"
import type { RemoteEngine, ShipVariables } from "../engine/remote/remote-engine.ts"
import { sandboxPrograms, sandboxPython } from "./sandbox.ts"

/** An engine that starts the program beside an attempt as a process of this machine, which plays another one. */
export interface ProcessEngine extends RemoteEngine {
  /** What each job was started with, and its process, oldest first. */
  jobs: { name: string; variables: ShipVariables; process: ChildProcess; ended: Promise<number | null> }[]
  /** With a reason, jobs that are submitted wait for their turn, until the reason is taken away. */
  hold: (reason: string | null) => void
  /** Starts the same program once more, as an engine does that has lost sight of a machine. */
  again: (name: string) => ProcessEngine["jobs"][number]
}

/** Starts `sandbox ship` with a clock that is wrong by some seconds. */
const withClock = (seconds: number) =>
  `import runpy, sys, time; real = time.time; time.time = lambda: real() + ${seconds}; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name="__main__")`

/** @param given where programs find the platform, and in which folder attempts have their files */
export function processEngine(
  given: Pick<RemoteEngine, "folder" | "platformUrl"> & Partial<RemoteEngine> & { clockSeconds?: number },
): ProcessEngine {
  const { clockSeconds = 0, ...also } = given
  const start = (name: string, variables: ShipVariables) => {
    const child = spawn(sandboxPython(), ["-I", "-S", "-c", withClock(clockSeconds), sandboxPrograms, "ship"], {
      env: { ...variables, PATH: "/usr/bin:/bin" } as unknown as NodeJS.ProcessEnv,
      stdio: "ignore",
    })
    const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)))
    const job = { name, variables, process: child, ended }
    engine.jobs.push(job)
    return job
  }
  let held: string | null = null
  const waiting: [string, ShipVariables][] = []
  const jobOf = (name: string) => engine.jobs.find((job) => job.name === name)
  const engine: ProcessEngine = {
    kind: "process",
    encloses: true,
    silenceSeconds: 60,
    ...also,
    jobs: [],
    again: (name) => start(name, (jobOf(name) as ProcessEngine["jobs"][number]).variables),
    hold(reason) {
      held = reason
      if (reason === null) for (const job of waiting.splice(0)) start(...job)
    },
    async submit(name, variables) {
      if (held === null) start(name, variables)
      else waiting.push([name, variables])
    },
    inspect: async (name) => {
      const job = jobOf(name)
      if (!job && held !== null) return { phase: "pending", reason: held }
      return { phase: job && job.process.exitCode === null && job.process.signalCode === null ? "running" : "gone" }
    },
    cancel: async (name) => void jobOf(name)?.process.kill("SIGTERM"),
  }
  return engine
}

/**
 * Stands between a program and the platform and passes requests on. One that is lost never arrives; with a lost answer the platform has
 * done what it was asked. Either way the connection breaks.
 */
export async function lossyNetwork(
  target: () => string,
  loses: (path: string) => "request" | "answer" | null,
): Promise<{ url: string; lost: () => number; close: () => void }> {
  let lost = 0
  const server = http.createServer((request, response) => {
    const { method, url = "", headers } = request
    const loss = loses(url)
    if (loss) lost++
    if (loss === "request") return void request.socket.destroy()
    const passed = http.request(`${target()}${url}`, { method, headers, agent: false }, (answer) => {
      if (loss === "answer") {
        answer.resume()
        answer.on("end", () => request.socket.destroy())
        return
      }
      response.writeHead(answer.statusCode as number, answer.headers)
      answer.pipe(response)
    })
    passed.on("error", () => request.socket.destroy())
    request.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    lost: () => lost,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
