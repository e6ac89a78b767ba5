import { expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { startWorker } from "../start-worker.ts"
import { newEnvironment } from "../testing/service-context.ts"
import { testPlatform } from "../testing/test-platform.ts"
import { until } from "../testing/until.ts"

// No disk has a petabyte free.
const platform = testPlatform({ MIN_FREE_DISK_MB: "1000000000", SANDBOX: "process", WORKER_PORT: String(await freePort()) })

test("while the disk is nearly full a new run waits, and says why", async () => {
  const { id } = await newEnvironment(platform(), { userId: await platform().ownerId() })
  const worker = await startWorker(platform(), { stopRuns: true })
  try {
    const launched = await platform().call("POST", "/hosted-evaluations", {
      environment_ids: [id],
      inference_model: "demo/scholar",
      eval_config: { num_examples: 1, rollouts_per_example: 1 },
    })
    expect(launched.status, JSON.stringify(launched.body)).toBe(201)
    const run = async () => (await platform().call("GET", `/evaluations/${launched.body.evaluation_id}`)).body
    await until("the worker has looked for work", async () => (await run()).waits_for === "the disk of each worker is nearly full")
    expect((await run()).status).toBe("PENDING")
  } finally {
    await worker.stop()
  }
})
