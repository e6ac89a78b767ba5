import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createServer, request, type Server } from "node:http"
import { fileURLToPath } from "node:url"
import { serve } from "@hono/node-server"
import { getConnInfo } from "@hono/node-server/conninfo"
import { Hono } from "hono"
import { readConfig } from "../base/config.ts"
import { createPlatform } from "../platform.ts"

/** Web in a process of its own, as far as it is the API: what Next does for /api/v1. It listens at PORT of this machine. */
export async function startWebProcess(env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(import.meta.url)], {
    env: { ...process.env, NODE_ENV: "test", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  })
  // It says that it is ready.
  await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, "data"),
    once(child, "exit").then(() => Promise.reject(new Error("web did not start"))),
  ])
  return child
}

/** A load balancer: each request goes to the next of the ports. @returns its server, which listens at `port` of this machine */
export async function balance(port: number, ports: readonly number[]): Promise<Server> {
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const to = request({ port: ports[turn++ % ports.length], path: incoming.url, method: incoming.method, headers: incoming.headers })
    to.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    to.on("error", () => outgoing.destroy())
    outgoing.on("close", () => to.destroy())
    incoming.pipe(to)
  })
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve))
  return server
}

async function main(): Promise<void> {
  const config = readConfig()
  const platform = createPlatform(config, "web")
  await platform.ownerId()
  const { fetch } = new Hono().all("*", (c) => platform.fetch(c.req.raw, null, getConnInfo(c).remote.address ?? "unknown"))
  const server = serve({ hostname: "127.0.0.1", port: config.port, fetch }, () => console.log("ready")) as Server
  platform.serveTunnels(server)
  process.once("SIGTERM", async () => {
    server.closeAllConnections()
    server.close()
    await platform.close()
    process.exit(0)
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
