import { mkdir, readdir, symlink } from "node:fs/promises"
import path from "node:path"
import { expect, test } from "vitest"
import { processExecutor } from "../../sandbox/executors/process.ts"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { untilRun } from "../../testing/runs.ts"
import { sandboxPrograms, sandboxPython } from "../../testing/sandbox.ts"
import { testEngine } from "../../testing/test-engine.ts"
import { until } from "../../testing/until.ts"
import type { WorkerContext } from "../worker-context.ts"
import { WarmProcesses } from "./warm-processes.ts"

const { platform, scratch, launch, startWorker, stopWorker } = await testEngine(() => "it is 0", {
  WARM_PROCESSES: "2",
  MAX_CONCURRENT_CHECKS: "1",
})

const waitingFolders = async () =>
  (await readdir(path.join(platform().config.dataDir, "runs")).catch((): string[] => [])).filter((name) => name.startsWith("warm-"))

const oneFolder = async () => {
  const folders = await waitingFolders()
  return folders.length === 1 && folders
}

const minute = { seconds: 60, everyMs: 100 }

test("the run after a check finds a process that waits, gets its own variables there, and leaves nothing behind", async () => {
  const id = await publishEnvironment(
    platform(),
    "warm-echo",
    echoEnvironment({ examples: 2, load: 'print("given", os.environ.get("SHADE"), os.environ.get("ONE_OFF"))' }),
  )
  await platform().call("POST", `/environmentshub/${id}/variables`, { name: "SHADE", value: "blue" })
  // A folder is there before its process is, so the first run may be too early; none is after that.
  const run = await until(
    "a run that took the process",
    async () => {
      const [folder = ""] = await until("one process waits", oneFolder, minute)
      const run = await untilRun(platform(), await launch(id, { custom_secrets: { ONE_OFF: "a-secret-for-once" } }))
      // The folder that waited is then the run's, and goes with it; another one waits by now or will.
      const isGone = async () => !(await waitingFolders()).includes(folder)
      return (await until("its folder is gone", isGone, { seconds: 10 }).catch(() => false)) && run
    },
    { seconds: 120 },
  )
  expect(run).toMatchObject({ status: "COMPLETED", total_samples: 2 })
  const { lines } = (await platform().call("GET", `/evaluations/${run.evaluation_id}/log-lines`)).body
  expect(lines.map((line: { text: string }) => line.text)).toContain("given blue [ONE_OFF]")
  await stopWorker()
  expect(await readdir(path.join(platform().config.dataDir, "runs"))).toEqual([])
  await startWorker()
}, 240_000)

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
