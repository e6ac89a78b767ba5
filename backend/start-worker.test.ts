import { expect, test } from "vitest"
import { freePort } from "../scripts/lib/free-port.mjs"
import { startWorker } from "./start-worker.ts"
import { testPlatform } from "./testing/test-platform.ts"

const port = await freePort()
// Linux answers to all of 127.0.0.0/8, so this is an address of the machine that is not 127.0.0.1.
const platform = testPlatform({ HOST: "127.0.0.2", WORKER_PORT: String(port), SANDBOX: "process" })
// Web in another container: nothing of the worker's is at its own loopback address.
const web = testPlatform({ MODELS_URL: `http://127.0.0.2:${port}/`, WORKER_PORT: String(await freePort()) })

test.runIf(process.platform === "linux")(
  "a worker that listens on one address serves the demo models on this machine, too, and to web elsewhere",
  async () => {
    const worker = await startWorker(platform(), { stopRuns: true })
    try {
      for (const host of ["127.0.0.1", "127.0.0.2"]) expect((await fetch(`http://${host}:${port}/demo/v1/models`)).status, host).toBe(200)
      const { body } = await platform().call("GET", "/models")
      expect(JSON.stringify(body)).toContain("demo/scholar")
      const asked = { model: "demo/scholar", messages: [{ role: "user", content: "What is three plus four?" }] }
      const elsewhere = await web().call("POST", "/chat/completions", asked)
      expect(elsewhere, JSON.stringify(elsewhere.body)).toMatchObject({ status: 200 })
    } finally {
      await worker.stop()
    }
  },
)
