import { request } from "node:http"
import { beforeAll, expect, test } from "vitest"
import { freePort } from "../../../scripts/lib/free-port.mjs"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { frpForTests } from "../../testing/frp.ts"
import { hasBubblewrap } from "../../testing/isolation.ts"
import { logOf, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"
import { until } from "../../testing/until.ts"

// Runs whose code opens tunnels with the real prime_tunnel, frpc and frps.
const frps = await frpForTests()
const ok = (await hasBubblewrap("Tunnels of runs")) && frps !== null
const { platform, port, launch } = await testEngine(
  () => "it is 0",
  { FRPS: frps ?? "off", TUNNEL_PORT: String(await freePort()), SANDBOX_ALLOW: "" },
  { config: { num_examples: 1 } },
)

/** Opens a tunnel to what it serves itself, and waits for a call. */
const code = echoEnvironment({
  setup: `
        import http.server, threading
        from prime_tunnel import Tunnel
        called = asyncio.Event()
        loop = asyncio.get_running_loop()
        class Served(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"from the run")
                loop.call_soon_threadsafe(called.set)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Served)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        tunnel = Tunnel(server.server_port, name="of a run")
        await tunnel.start()
        await asyncio.wait_for(called.wait(), 60)`,
})
let environment: string
beforeAll(async () => {
  if (ok) environment = await publishEnvironment(platform(), "opens", code)
})

/** A call from outside the sandbox, to the platform's port. */
const call = (id: string): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, agent: false, headers: { host: `${id}.localhost` } }, (response) => {
      let text = ""
      response.on("data", (chunk) => {
        text += chunk
      })
      response.once("end", () => resolve({ status: response.statusCode ?? 0, text }))
    })
      .once("error", reject)
      .end()
  })

test.runIf(ok)("a run that may opens a tunnel, is called from outside, and leaves none behind", { timeout: 120_000 }, async () => {
  const id = await launch(environment, { allow_tunnel_access: true })
  const tunnel = await until(
    async () => `the run has a tunnel; ${await logOf(platform(), id)}`,
    async () => (await platform().call("GET", "/tunnel?status=connected")).body.tunnels[0],
    { seconds: 90 },
  )
  expect(tunnel).toMatchObject({ evaluation_id: id, name: "of a run" })
  expect(await call(tunnel.tunnel_id)).toEqual({ status: 200, text: "from the run" })
  expect(await untilRun(platform(), id)).toMatchObject({ status: "COMPLETED" })
  expect((await platform().call("GET", `/tunnel/${tunnel.tunnel_id}`)).body.status).toBe("terminated")
  expect((await call(tunnel.tunnel_id)).status).toBe(404)
})

test.runIf(ok)("a run that may not is told the toggle's name, and so is its reader", { timeout: 120_000 }, async () => {
  const run = await untilRun(platform(), await launch(environment, { on_rollout_exception: "abort" }))
  expect(run).toMatchObject({ status: "FAILED", failure: { class: "missing_permission" }, refused_permissions: ["tunnel"] })
  expect(JSON.stringify(run.failure)).toContain("Allow tunnel access")
  expect((await platform().call("GET", "/tunnel")).body.total).toBe(0)
})
