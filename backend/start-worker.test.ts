import { expect, test } from "vitest"
import { freePort } from "../scripts/lib/free-port.mjs"
import { startWorker } from "./start-worker.ts"
import { testPlatform } from "./testing/test-platform.ts"

const port = await freePort()
// Linux answers to all of 127.0.0.0/8, so this is an address of the machine that is not 127.0.0.1.
const platform = testPlatform({ HOST: "127.0.0.2", WORKER_PORT: String(port), SANDBOX: "process" })

test.runIf(process.platform === "linux")("a worker that listens on one address serves the demo models on this machine, too", async () => {
  const worker = await startWorker(platform(), { stopRuns: true })
  try {
    for (const host of ["127.0.0.1", "127.0.0.2"]) expect((await fetch(`http://${host}:${port}/demo/v1/models`)).status, host).toBe(200)
    const { body } = await platform().call("GET", "/models")
    expect(JSON.stringify(body)).toContain("demo/scholar")
  } finally {
    await worker.stop()
  }
})
