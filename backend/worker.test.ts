import { spawn } from "node:child_process"
import { once } from "node:events"
import path from "node:path"
import { expect, test } from "vitest"
import { freePort } from "../scripts/lib/free-port.mjs"
import { testPlatform } from "./testing/test-platform.ts"
import { until } from "./testing/until.ts"

const platform = testPlatform()

test("the worker's port answers once all sample environments are there", { timeout: 90_000 }, async () => {
  const { config } = platform()
  const port = await freePort()
  const worker = spawn(process.execPath, ["--import", "tsx", path.join(import.meta.dirname, "worker.ts")], {
    env: {
      ...process.env,
      NODE_ENV: "test",
      DATABASE_URL: config.databaseUrl,
      DATA_DIR: config.dataDir,
      SECRET_KEY: config.secretKey.toString("hex"),
      FILES: path.join(config.dataDir, "files"),
      PYTHON_BASE: config.pythonBase as string,
      UV: config.uv,
      WORKER_PORT: String(port),
      SANDBOX: "process",
      SANDBOX_AS_ROOT: "true",
      LOG_LEVEL: "silent",
      MAX_CONCURRENT_CHECKS: "0",
      WARM_PROCESSES: "0",
    },
    stdio: ["ignore", "inherit", "inherit"],
  })
  try {
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/api/v1/health`).then(
        ({ status }) => status === 200,
        () => false,
      )
    await until("the worker answers", answers, { seconds: 80 })
    const { body } = await platform().call("GET", "/environmentshub/?limit=10")
    expect(body.data.map(({ name }: { name: string }) => name).sort()).toEqual(["market-clerk", "number-hunt", "word-arithmetic"])
  } finally {
    const ended = once(worker, "exit")
    worker.kill("SIGTERM")
    await ended
  }
})
