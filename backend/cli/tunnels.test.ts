import { type ChildProcess, execFile, spawn } from "node:child_process"
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises"
import http from "node:http"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import { createInterface } from "node:readline"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { createPlatform } from "../platform.ts"
import { startWorker } from "../start-worker.ts"
import { frpForTests } from "../testing/frp.ts"
import { hasBubblewrap } from "../testing/isolation.ts"
import { secondUser } from "../testing/second-user.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { until } from "../testing/until.ts"

// The real frps and frpc, and the real prime_tunnel and prime CLI: unmodified, as from anybody's machine.
const frps = await frpForTests()
const port = await freePort()
const tunnelPort = await freePort()
const url = `http://localhost:${port}`
/** `npm test -- cli` installs it and says where it is. */
const prime = process.env.PRIME_CLI ?? ""
/** With the prime_tunnel of the CLI, or else that of runs. */
const python = prime ? path.join(path.dirname(prime), "python") : (process.env.PYTHON_BASE ?? "python3")
const isolated = await hasBubblewrap("Sandboxes that call tunnels")
const scratch = await mkdtemp(path.join(tmpdir(), "he-tunnels-"))
const home = path.join(scratch, "home")
const platform = testPlatform({
  WORKER_PORT: String(port),
  TUNNEL_PORT: String(tunnelPort),
  PUBLIC_URL: url,
  FRPS: frps ?? "off",
  TUNNELS_PER_USER: "3",
})
let worker: { stop: () => Promise<void> } | undefined
/** A tunnel that anybody may call. */
let free: Awaited<ReturnType<typeof open>>

beforeAll(async () => {
  if (!frps) return
  await mkdir(path.join(home, ".prime/bin"), { recursive: true })
  for (const name of ["frpc", ".frpc_version"]) await symlink(path.join(path.dirname(frps), name), path.join(home, ".prime/bin", name))
  worker = await startWorker(platform(), { stopRuns: true })
  free = await open({ name: "mine" })
}, 60_000)
afterAll(async () => {
  free?.child.kill()
  await worker?.stop()
  await rm(scratch, { recursive: true })
})

/** Serves what it is asked on a free port, opens a tunnel to that, and says what becomes of it; a line of input ends it. */
const client = `
import asyncio, http.server, json, sys, threading
from prime_tunnel import Tunnel
class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.headers.get("upgrade") == "echo":
            self.send_response(101)
            self.send_header("Connection", "Upgrade")
            self.send_header("Upgrade", "echo")
            self.end_headers()
            while data := self.connection.recv(100): self.connection.sendall(data)
            return
        length = int(self.headers.get("content-length") or 0)
        body = json.dumps({"path": self.path, "headers": {n.lower(): v for n, v in self.headers.items()}, "size": len(self.rfile.read(length))}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "a=b; Domain=localhost; Path=/")
        self.end_headers()
        self.wfile.write(body)
    do_POST = do_GET
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
threading.Thread(target=server.serve_forever, daemon=True).start()
say = lambda **what: print(json.dumps(what), flush=True)
async def main():
    tunnel = Tunnel(server.server_port, **json.loads(sys.argv[1]))
    try:
        say(url=await tunnel.start(), id=tunnel.tunnel_id, password=tunnel.http_password if hasattr(tunnel, "http_password") else None)
    except Exception as error:
        return say(error=type(error).__name__, message=str(error))
    await asyncio.to_thread(sys.stdin.readline)
    await tunnel.stop()
    say(stopped=True)
asyncio.run(main())
`

interface Opened {
  child: ChildProcess
  said: { url?: string; id?: string; password?: string | null; error?: string; message?: string; stopped?: boolean }[]
}

const environment = (): NodeJS.ProcessEnv =>
  ({
    PATH: process.env.PATH,
    HOME: home,
    LANG: "C.UTF-8",
    COLUMNS: "200",
    PRIME_API_BASE_URL: `http://127.0.0.1:${port}`,
    PRIME_API_KEY: testApiKey,
    PRIME_DISABLE_VERSION_CHECK: "1",
  }) as unknown as NodeJS.ProcessEnv

/** Opens a tunnel with prime_tunnel. @returns what it said first */
async function open(options: object = {}): Promise<Opened & { url: string; id: string }> {
  const child = spawn(python, ["-c", client, JSON.stringify(options)], { env: environment(), stdio: ["pipe", "pipe", "inherit"] })
  const said: Opened["said"] = []
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (line) => said.push(JSON.parse(line)))
  await until("the tunnel's client has said something", () => said.length > 0)
  return { child, said, url: said[0]?.url ?? "", id: said[0]?.id ?? "" }
}

interface Answer {
  status: number
  headers: http.IncomingHttpHeaders
  text: string
}

/** A call as from anywhere: to the platform's port, under a name. */
function call(host: string, options: http.RequestOptions = {}, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, path: "/", agent: false, ...options, headers: { host, ...options.headers } })
    request.once("response", (response) => {
      let text = ""
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk
      })
      response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    request.once("error", reject)
    request.end(body)
  })
}

test.runIf(frps)("a tunnel opened by prime_tunnel serves under its name, to its owner's account alone", async () => {
  expect(free.said).toMatchObject([{ url: `http://${free.id}.localhost:${port}` }])
  const { host } = new URL(free.url)
  const got = await call(host, { path: "/deep?x=1" })
  expect(got.status).toBe(200)
  expect(JSON.parse(got.text)).toMatchObject({ path: "/deep?x=1", headers: { host }, size: 0 })
  expect(got.headers["set-cookie"]).toEqual(["a=b; Path=/"])
  const size = 3_000_000
  const sent = await call(host, { method: "POST", headers: { expect: "100-continue", "content-length": size } }, Buffer.alloc(size))
  expect(JSON.parse(sent.text)).toMatchObject({ size })
  const shown = (await platform().call("GET", `/tunnel/${free.id}`)).body
  expect(shown).toMatchObject({ status: "connected", name: "mine", url: free.url })
  expect((await platform().call("GET", "/tunnel")).body).toMatchObject({ total: 1, tunnels: [shown] })

  const other = await secondUser(platform(), "other")
  expect((await other.call("GET", `/tunnel/${free.id}`)).status).toBe(404)
  expect((await other.call("DELETE", `/tunnel/${free.id}`)).status).toBe(404)
  expect((await other.call("GET", "/tunnel")).body.total).toBe(0)
  expect((await other.call("DELETE", "/tunnel", { tunnel_ids: [free.id] })).body).toMatchObject({
    succeeded: [],
    failed: [{ tunnel_id: free.id, error: "Tunnel not found" }],
  })
  expect((await call(host)).status).toBe(200)
})

test.runIf(frps)("no other name leads to a tunnel, and no trick with the name leads past what it asks for", async () => {
  const locked = await open({ http_user: "judge" })
  const password = locked.said[0]?.password
  const { host } = new URL(locked.url)
  expect(await call(host)).toMatchObject({ status: 401, headers: { "www-authenticate": expect.stringContaining("Basic") } })
  const right = `Basic ${Buffer.from(`judge:${password}`).toString("base64")}`
  const passed = await call(host, { headers: { authorization: right } })
  expect(passed.status).toBe(200)
  expect(JSON.parse(passed.text).headers.authorization).toBeUndefined()
  expect((await call(`${host.toUpperCase().replace(":", ".:")}`, { headers: { authorization: right } })).status).toBe(200)

  const { host: open_ } = new URL(free.url)
  // The address in the request would lead to the locked one.
  expect((await call(open_, { path: `${locked.url}/` })).status).toBe(400)
  // A body without its length would be read as another request.
  const smuggled = `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`
  const more = { connection: "close, content-length", "content-length": String(smuggled.length) }
  const { text } = await call(open_, { method: "GET", headers: more }, Buffer.from(smuggled))
  expect(JSON.parse(text)).toMatchObject({ size: smuggled.length, headers: { host: open_ } })
  expect((await call(open_, { headers: { via: "1.1 hosted-evals-tunnel" } })).status).toBe(508)
  for (const name of [`${locked.id}.example.com`, `x${host}`, `localhost:${port}`])
    expect((await call(name, { path: "/api/v1/health" })).text, name).toContain('"status":"ok"')
  expect((await call(`${"0".repeat(24)}.localhost`)).status).toBe(404)

  expect((await platform().call("DELETE", `/tunnel/${locked.id}`)).body).toEqual({ success: true, message: "The tunnel is ended" })
  expect((await call(host, { headers: { authorization: right } })).status, "its client is still connected").toBe(404)
  locked.child.kill()
})

test.runIf(frps)("a client that asks for more than its own tunnel is refused", async () => {
  const { body: mine } = await platform().call("POST", "/tunnel", { local_port: 1 })
  const { body: foreign } = await platform().call("POST", "/tunnel", { local_port: 1 })
  const user = { user: mine.tunnel_id, metas: { binding_secret: mine.binding_secret }, run_id: "r" }
  const ask = async (op: string, content: object) =>
    (await platform().call("POST", "/frp/validate", { version: "0.1.0", op, content })).body
  const proxy = { user, proxy_name: `${mine.tunnel_id}.${mine.tunnel_id}`, proxy_type: "http", subdomain: mine.tunnel_id }
  expect(await ask("Login", { ...user, user: "nobody" })).toMatchObject({ reject: true, reject_reason: "tunnel not registered" })
  expect(await ask("Login", { ...user, metas: {} })).toMatchObject({ reject: true, reject_reason: "invalid binding secret" })
  expect(await ask("Login", { ...user, user: foreign.tunnel_id })).toMatchObject({ reject_reason: "invalid binding secret" })
  expect(await ask("NewProxy", { ...proxy, subdomain: foreign.tunnel_id })).toMatchObject({ reject: true })
  expect(await ask("NewProxy", { ...proxy, proxy_type: "tcp", remote_port: 22 })).toMatchObject({ reject: true })
  expect(await ask("NewProxy", { ...proxy, custom_domains: ["localhost"] })).toMatchObject({ reject: true })
  expect(await ask("NewProxy", { ...proxy, host_header_rewrite: "localhost" })).toMatchObject({ reject: true })
  expect(await ask("NewUserConn", { user })).toMatchObject({ reject: true })
  expect(await ask("NewProxy", proxy)).toEqual({ reject: false, reject_reason: null, unchange: true, content: null })

  // Somebody who knows no more than the address cannot say that its client has left, nor can an earlier connection of it.
  await ask("CloseProxy", { user: { ...user, metas: {} } })
  await ask("CloseProxy", { user: { ...user, run_id: "earlier" } })
  expect((await platform().call("GET", `/tunnel/${mine.tunnel_id}`)).body.status).toBe("connected")
  await ask("CloseProxy", { user })
  expect((await platform().call("GET", `/tunnel/${mine.tunnel_id}`)).body.status).toBe("disconnected")

  await platform().database.pool.query("update tunnels set expires_at = now() where id = $1", [mine.tunnel_id])
  expect(await ask("Login", user)).toMatchObject({ reject: true, reject_reason: "tunnel is inactive" })
  expect((await platform().call("GET", `/tunnel/${mine.tunnel_id}`)).body.status).toBe("expired")
  expect((await platform().call("DELETE", "/tunnel", { status: "pending" })).body.succeeded).toEqual([foreign.tunnel_id])
})

test.runIf(frps)("one tunnel too many is refused in the words that prime_tunnel knows", async () => {
  const made = []
  for (const name of ["a", "b"]) made.push((await platform().call("POST", "/tunnel", { local_port: 1, labels: ["many", name] })).status)
  expect(made).toEqual([201, 201])
  const { said } = await open()
  expect(said).toMatchObject([{ error: "TunnelLimitReachedError", message: expect.stringContaining("maximum number of tunnels, 3") }])
  expect((await platform().call("GET", "/tunnel?labels=many&labels=b")).body.total).toBe(1)
  expect((await platform().call("DELETE", "/tunnel", { labels: ["many"] })).body.succeeded).toHaveLength(2)
})

test.runIf(frps)("the dashboard's own port serves tunnels too, whichever worker has them", async () => {
  const web = http.createServer((_, response) => response.end("a page"))
  // Next listens to these by itself.
  web.on("upgrade", (_, socket) => socket.destroy())
  createPlatform({ ...platform().config, workerName: "web" }, "test").serveTunnels(web)
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve))
  const { port: webPort } = web.address() as { port: number }
  const { host } = new URL(free.url)
  expect((await call("localhost", { port: webPort })).text).toBe("a page")
  const { status, text } = await call(host, { port: webPort, method: "PUT", headers: { "transfer-encoding": "chunked" } }, Buffer.from("x"))
  expect(status).toBe(501)
  expect(text).toContain("Unsupported method ('PUT')")
  expect(JSON.parse((await call(host, { port: webPort })).text)).toMatchObject({ headers: { host } })

  const socket = connect(webPort, "127.0.0.1")
  socket.write(`GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`)
  let said = ""
  socket.on("data", (data) => {
    said += data
  })
  await until("the connection was upgraded", () => said.includes("\r\n\r\n"))
  expect(said).toMatch(/^HTTP\/1.1 101 /)
  socket.write("hello")
  await until("what was sent comes back", () => said.endsWith("\r\n\r\nhello"))
  socket.destroy()
  web.close()
})

test.runIf(frps && isolated)("a sandbox calls its owner's tunnel, with and without a proxy", { timeout: 60_000 }, async () => {
  const script = `
import sys
from prime_sandboxes import APIClient, CreateSandboxRequest, SandboxClient
client = SandboxClient(APIClient())
made = client.create(CreateSandboxRequest(name="caller", docker_image="python:3.11-slim", memory_gb=0.5, vm=False))
client.wait_for_creation(made.id)
url = sys.argv[1]
fetch = f"import urllib.request; print(urllib.request.urlopen('{url}/by-name').status)"
for command in (f'python3 -c "{fetch}"', f'curl -s {url}/curl', f"curl -s --noproxy '' -x http://127.0.0.1:3128 {url}/proxy"):
    print(client.execute_command(made.id, command).stdout.strip().split(",")[0])
client.delete(made.id)
`
  const run = new Promise<string>((resolve, reject) =>
    execFile(python, ["-c", script, free.url], { env: environment() }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout),
    ),
  )
  expect(await run).toBe('200\n{"path": "/curl"\n{"path": "/proxy"\n')
})

test.runIf(frps && prime)("prime tunnel starts, lists, shows and stops tunnels", { timeout: 180_000 }, async () => {
  const cli = (...args: string[]) =>
    new Promise<string>((resolve) =>
      execFile(prime, ["tunnel", ...args], { env: environment() }, (_, stdout, stderr) => resolve(`${stdout}${stderr}`)),
    )
  const started = spawn(prime, ["tunnel", "start", "--port", String(port), "--name", "of the CLI"], { env: environment() })
  let said = ""
  for (const stream of [started.stdout, started.stderr])
    stream.on("data", (data) => {
      said += data
    })
  await until(
    () => `the tunnel has started: ${said}`,
    () => said.includes("Press Ctrl+C"),
  )
  const id = /Tunnel ID: (\w+)/.exec(said)?.[1] ?? ""
  // It leads to the platform's own port, and so to itself.
  expect((await call(`${id}.localhost:${port}`)).status).toBe(508)
  expect(await cli("list")).toMatch(new RegExp(`${id}.*of the.*connected`))
  expect(await cli("status", id)).toContain("Status: connected")
  expect(await cli("stop", "--yes", id)).toContain(`Tunnel deleted: ${id}`)
  expect(await cli("status", id)).toContain("Status: terminated")
  expect(await cli("stop", "--yes", "none")).toContain("Not found (1)")
  started.kill("SIGINT")
  await until("the CLI has left", () => started.exitCode !== null)
})

test.runIf(frps)("clients come back by themselves after frps has died, until they stop", { timeout: 60_000 }, async () => {
  const { host } = new URL(free.url)
  for (const pid of await frpsProcesses()) process.kill(pid, "SIGKILL")
  await until("the platform knows that the tunnel has no client", async () => (await call(host)).status === 503)
  await until("the tunnel serves again", async () => (await call(host)).status === 200)
  free.child.stdin?.write("\n")
  await until("the tunnel's client has stopped", () => free.said.some(({ stopped }) => stopped))
  expect(await call(host)).toMatchObject({ status: 404, text: "There is no such tunnel, or it has ended\n" })
  expect((await platform().call("GET", `/tunnel/${free.id}`)).body.status).toBe("terminated")
})

/** The frps of this test's worker, by the address that only it listens at. */
const frpsProcesses = (): Promise<number[]> =>
  new Promise((resolve, reject) =>
    execFile("sh", ["-c", `ss -Hltnp 'sport = :${tunnelPort}'`], (error, stdout) =>
      error ? reject(error) : resolve([...stdout.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid))),
    ),
  )

test("without a tunnel server the client learns why", async () => {
  if (frps) await worker?.stop()
  worker = undefined
  const { status, body } = await platform().call("POST", "/tunnel", { local_port: 80 })
  expect(status).toBe(501)
  expect(body.detail).toMatch(/^This platform offers no tunnels: /)
})
