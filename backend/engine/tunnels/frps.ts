import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import { createInterface } from "node:readline"
import { stripVTControlCharacters } from "node:util"
import type { Config } from "../../base/config.ts"
import { frpToken } from "../../base/crypto.ts"
import type { Log } from "../../base/log.ts"

const startsWithinMs = 20_000
const nobody = 65_534

/** Runs frps until descriptor 3 is closed: by us, or by the end of this process, however it comes. */
const script = `
"$0" -c "$1" 3<&- &
frps=$!
{ read -r _; kill -9 $frps; } <&3 2>/dev/null &
wait $frps
code=$?
kill $! 2>/dev/null
exit $code
`

/** A frps that is running. */
export interface Frps {
  /** Where it takes calls for tunnels, on this machine. */
  callsPort: number
  /** Resolves when it has ended, with the last thing it said. */
  ended: Promise<string>
  stop: () => Promise<void>
}

/**
 * Starts frps, as a user without rights where the platform is root. Resolves when it serves.
 * @throws Error with the last thing it said
 */
export async function startFrps(
  program: string,
  config: Pick<Config, "tunnels" | "host" | "workerPort" | "secretKey">,
  log: Log,
): Promise<Frps> {
  const callsPort = await freePort()
  const isRoot = process.getuid?.() === 0 && process.platform === "linux"
  // Its folder may be closed to that user; an open file is not.
  const file = isRoot ? openSync(program, "r") : null
  const folder = await mkdtemp(path.join(tmpdir(), "he-frps-"))
  const configFile = path.join(folder, "frps.toml")
  await writeFile(configFile, configuration(config, callsPort), { mode: 0o600 })
  if (isRoot) for (const name of [configFile, folder]) await chown(name, nobody, nobody)
  const child = spawn("/bin/sh", ["-c", script, file === null ? program : "/proc/self/fd/4", configFile], {
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe", "pipe", ...(file === null ? [] : [file])],
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  })
  if (file !== null) closeSync(file)
  const life = child.stdio[3] as NodeJS.WritableStream
  life.on("error", () => {})
  let last = "it said nothing"
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message))
    child.once("close", () => resolve(last))
  })
  const stop = async () => {
    life.end()
    await ended
  }
  const serves = new Promise<boolean>((resolve) =>
    readLines(child, (coloured) => {
      const line = stripVTControlCharacters(coloured)
      log.debug({ line }, "frps")
      if (/\[[EW]\]/.test(line) || !/\[[IDT]\]/.test(line)) last = line.replace(/^.*?\] (\[.*?\] )*/, "")
      if (line.includes("started successfully")) resolve(true)
    }),
  )
  const late = new Promise<false>((resolve) => setTimeout(resolve, startsWithinMs, false).unref())
  const isServing = await Promise.race([serves, ended.then(() => false), late])
  await rm(folder, { recursive: true })
  if (isServing) return { callsPort, ended, stop }
  await stop()
  throw new Error(`frps did not start: ${last}`)
}

/** Calls come through the platform's own port, so frps takes them from this machine only; its own clients from wherever HOST says. */
const configuration = ({ tunnels, host, workerPort, secretKey }: Parameters<typeof startFrps>[1], callsPort: number): string => `
bindAddr = "${host === "localhost" ? "127.0.0.1" : host}"
bindPort = ${tunnels.port}
proxyBindAddr = "127.0.0.1"
vhostHTTPPort = ${callsPort}
vhostHTTPTimeout = 3600
subDomainHost = "${tunnels.domain}"
auth.method = "token"
auth.token = "${frpToken(secretKey)}"
transport.maxPoolCount = 5
log.to = "console"
log.level = "info"
log.disablePrintColor = true
[[httpPlugins]]
name = "platform"
addr = "http://${tunnels.localHost.includes(":") ? `[${tunnels.localHost}]` : "127.0.0.1"}:${workerPort}"
path = "/api/v1/frp/validate"
ops = ["Login", "NewProxy", "CloseProxy"]
`

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on("line", onLine)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
