import { spawn } from "node:child_process"
import { once } from "node:events"
import path from "node:path"
import { expect, test } from "vitest"
import { testPlatform } from "./testing/test-platform.ts"
import { until } from "./testing/until.ts"
import { workerVariables } from "./testing/worker-process.ts"

const platform = testPlatform()

test("the worker's port answers once all sample environments are there", { timeout: 90_000 }, async () => {
  const variables = await workerVariables(platform())
  const worker = spawn(process.execPath, ["--import", "tsx", path.join(import.meta.dirname, "worker.ts")], {
    env: {
      ...process.env,
      NODE_ENV: "test",
      ...variables,
      SANDBOX: "process",
      SANDBOX_AS_ROOT: "true",
    },
    stdio: ["ignore", "inherit", "inherit"],
  })
  try {
    const answers = () =>
      fetch(`http://127.0.0.1:${variables.WORKER_PORT}/api/v1/health`).then(
        ({ status }) => status === 200,
        () => false,
      )
    await until("the worker answers", answers, { seconds: 80 })
    const { body } = await platform().call("GET", "/environmentshub/?limit=10")
    const names = body.data.map(({ name }: { name: string }) => name).sort()
    expect(names).toEqual(["gsm8k-100", "market-clerk", "number-hunt", "short-sums", "word-arithmetic"])
  } finally {
    const ended = once(worker, "exit")
    worker.kill("SIGTERM")
    await ended
  }
})
