import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { freePort } from "../../../scripts/lib/free-port.mjs"
import { processExecutor } from "../../sandbox/executors/process.ts"
import { startWorker } from "../../start-worker.ts"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { startModelServer } from "../../testing/model-server.ts"
import { untilRun } from "../../testing/runs.ts"
import { sandboxPrograms, sandboxPython } from "../../testing/sandbox.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { until } from "../../testing/until.ts"
import type { WorkerContext } from "../worker-context.ts"
import { WarmProcesses } from "./warm-processes.ts"

const scratch = await mkdtemp(path.join(tmpdir(), "he-warm-"))
const providers = path.join(scratch, "providers.json")
const model = await startModelServer(() => "it is 0")
await writeFile(providers, JSON.stringify([{ id: "test", name: "Test", base_url: model.url }]))
const platform = testPlatform({ WORKER_PORT: String(await freePort()), PROVIDERS_FILE: providers })
let worker: { stop: () => Promise<void> }

beforeAll(async () => {
  worker = await startWorker(platform(), { stopRuns: true })
})
afterAll(async () => {
  await worker.stop()
  model.close()
  await rm(scratch, { recursive: true })
})

const waitingFolders = async () =>
  (await readdir(path.join(platform().config.dataDir, "runs")).catch((): string[] => [])).filter((name) => name.startsWith("warm-"))

const minute = { seconds: 60, everyMs: 100 }

test("the run after a check finds a process that waits, gets its own variables there, and leaves nothing behind", async () => {
  const id = await publishEnvironment(
    platform(),
    "warm-echo",
    echoEnvironment({ examples: 2, load: 'print("given", os.environ.get("SHADE"), os.environ.get("ONE_OFF"))' }),
  )
  await platform().call("POST", `/environmentshub/${id}/variables`, { name: "SHADE", value: "blue" })
  const [folder = ""] = await until(
    "one process waits",
    async () => {
      const folders = await waitingFolders()
      return folders.length === 1 && folders
    },
    minute,
  )
  const { body } = await platform().call("POST", "/hosted-evaluations", {
    environment_ids: [id],
    inference_model: "test/scripted",
    eval_config: { num_examples: 2, rollouts_per_example: 1, custom_secrets: { ONE_OFF: "a-secret-for-once" } },
  })
  const run = await untilRun(platform(), body.evaluation_id)
  expect(run).toMatchObject({ status: "COMPLETED", total_samples: 2 })
  const { lines } = (await platform().call("GET", `/evaluations/${body.evaluation_id}/log-lines`)).body
  expect(lines.map((line: { text: string }) => line.text)).toContain("given blue [ONE_OFF]")
  // The folder that waited was the run's, and went with it; another one waits by now or will.
  await until("its folder is gone", async () => !(await waitingFolders()).includes(folder), minute)
  await worker.stop()
  expect(await readdir(path.join(platform().config.dataDir, "runs"))).toEqual([])
  worker = await startWorker(platform(), { stopRuns: true })
}, 120_000)

test("what a killed worker left waiting is swept away, and what a run took is not", async () => {
  const dataDir = path.join(scratch, "data")
  const runs = path.join(dataDir, "runs")
  for (const name of ["warm-dead-1-a", "warm-dead-1-b", "warm-alive-2-c"]) await mkdir(path.join(runs, name), { recursive: true })
  await symlink(path.join(runs, "warm-dead-1-b"), path.join(runs, "some-run-1"))
  const executor = processExecutor({ python: sandboxPython(), programs: sandboxPrograms })
  const warm = new WarmProcesses({ executor, services: { config: { dataDir } } } as unknown as WorkerContext)
  await warm.sweep((owner) => owner === "dead-1")
  expect((await readdir(runs)).sort()).toEqual(["some-run-1", "warm-alive-2-c", "warm-dead-1-b"])
})
