import { execFile, execFileSync, spawn } from "node:child_process"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { promisify } from "node:util"
import { prepareRay } from "../../scripts/lib/python.mjs"
import { readSettings } from "../../scripts/lib/settings.mjs"
import type { ServerAccess } from "../engine/remote/engine-server.ts"

const exec = promisify(execFile)
const number = String((process.pid % 250) + 1)
const network = `10.98.${number}`
/** Where its nodes find this machine, once it runs. */
export const rayAddress = `${network}.1`

/** Ray gives up on parts of its own that are not up within 15 s, which no setting changes. */
const startsMax = 3

export interface Ray {
  /** Its dashboard, and the token in a file. */
  access: ServerAccess
  token: string
  /** The addresses of its head and of its nodes. */
  addresses: Record<RayNode, string>
  /** Runs a command on a node, as its root; what it printed. */
  on: (node: RayNode, command: string) => Promise<string>
  /** What a power cut does to a node. */
  kill: (node: RayNode) => void
  /** The dashboard, which answers the Jobs API, as it is killed and started again. */
  dashboard: { kill: () => Promise<void>; start: () => Promise<void> }
  stop: () => Promise<void>
}

type RayNode = "head" | "n1" | "n2"

/** A Ray of a head and two nodes on this machine, each with a network, processes and mounts of its own. It takes root. */
export async function startRay(): Promise<Ray> {
  const { dataDir } = readSettings({ DATA_DIR: process.env.DATA_DIR })
  const program = await prepareRay({ dataDir, uv: process.env.UV as string, python: process.env.PYTHON_BASE as string })
  for (let start = 1; ; start++)
    try {
      return await startOnce(program)
    } catch (error) {
      if (start === startsMax) throw error
    }
}

async function startOnce(program: string): Promise<Ray> {
  // Paths of sockets are short.
  const folder = await mkdtemp(path.join(tmpdir(), "he-ray-"))
  const token = "a-token-that-is-long-enough-for-tests-0123456789"
  const tokenFile = path.join(folder, "token")
  await writeFile(tokenFile, token, { mode: 0o600 })
  const pids = new Map<string, number>()
  const kill = (name: string) => {
    const pid = pids.get(name)
    if (pid !== undefined) signal(pid)
  }
  const stop = async () => {
    for (const name of pids.keys()) kill(name)
    execFileSync("ip", ["link", "delete", `heray${number}`])
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
  try {
    await up([program, folder, number, token], (name, pid) => pids.set(name, pid))
  } catch (error) {
    const logs = await Promise.all(["head", "n1", "n2"].map((name) => readFile(path.join(folder, `${name}.log`), "utf8").catch(() => "")))
    await stop()
    throw new Error(`Ray did not start: ${error}\n${logs.join("\n").slice(-4000)}`)
  }
  const into = (name: RayNode) => ["-t", String(pids.get(name)), "-n", "-u", "-m", "-p"]
  return {
    access: { server: `http://${network}.10:8265`, tokenFile },
    token,
    addresses: { head: `${network}.10`, n1: `${network}.11`, n2: `${network}.12` },
    on: async (name, command) => (await exec("nsenter", [...into(name), "sh", "-c", command])).stdout,
    kill,
    dashboard: dashboardOf(`${network}.10:6379`, into("head")),
    stop,
  }
}

/** Runs the script that starts Ray, and notes each process that is to be ended as soon as there is one. */
function up(args: string[], note: (name: string, pid: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", [path.join(import.meta.dirname, "ray-up.sh"), ...args], { stdio: ["ignore", "pipe", "pipe"] })
    let said = ""
    let line = ""
    child.stdout.on("data", (data) => {
      const lines = `${line}${data}`.split("\n")
      line = lines.pop() ?? ""
      for (const one of lines) note(one.split(" ")[0] as string, Number(one.split(" ")[1]))
    })
    child.stderr.on("data", (data) => {
      said += data
    })
    child.on("error", reject)
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`exit code ${code}: ${said}`))))
  })
}

/** The dashboard of a head, found by its arguments; it is started again with those that Ray gave it. */
function dashboardOf(gcs: string, into: string[]): Ray["dashboard"] {
  let started: { argv: string[]; env: NodeJS.ProcessEnv } | null = null
  return {
    async kill() {
      const { pid, argv } = await processWith("dashboard/dashboard.py", `--gcs-address=${gcs}`)
      const env = (await readFile(`/proc/${pid}/environ`, "utf8")).split("\0").filter(Boolean)
      started = {
        argv,
        env: Object.fromEntries(env.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)])) as never,
      }
      signal(pid)
    },
    async start() {
      if (!started) throw new Error("The dashboard was not killed")
      spawn("nsenter", [...into, ...started.argv], { env: started.env, stdio: "ignore", detached: true }).unref()
    },
  }
}

async function processWith(...words: string[]): Promise<{ pid: number; argv: string[] }> {
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue
    const argv = (await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "")).split("\0").slice(0, -1)
    if (words.every((word) => argv.some((one) => one.includes(word)))) return { pid: Number(name), argv }
  }
  throw new Error(`No process has ${words.join(" and ")}`)
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch {}
}
