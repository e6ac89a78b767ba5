import { readdir } from "node:fs/promises"
import path from "node:path"
import { expect, test } from "vitest"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { type ProcessEngine, processEngine } from "../../testing/remote.ts"
import { logOf, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"
import { until } from "../../testing/until.ts"
import { JobRefused } from "./remote-engine.ts"

let elsewhere: ProcessEngine
let answers = 0
let open: () => void = () => {}
let gate = Promise.resolve()
/** From here on the model answers when the test says so. */
const close = () => {
  gate = new Promise((resolve) => {
    open = resolve
  })
}
const { platform, launch, startWorker, stopWorker, scratch } = await testEngine(
  async () => {
    await gate
    answers++
    return "it is 0"
  },
  {},
  {
    elsewhere: (platformUrl) => {
      elsewhere ??= processEngine({ folder: path.join(scratch, "node"), platformUrl })
      return elsewhere
    },
  },
)
const samplesOf = async (id: string) => (await platform().call("GET", `/evaluations/${id}/samples?limit=100`)).body.samples

test("a run on another machine has the same results, and its secrets stay hidden", { timeout: 180_000 }, async () => {
  const environment = await publishEnvironment(
    platform(),
    "remote-echo",
    echoEnvironment({ setup: 'print("the key is", os.environ["API_KEY_OF_TEST"], flush=True)' }),
  )
  elsewhere.hold("Resources")
  const id = await launch(environment, { num_examples: 3, rollouts_per_example: 2, custom_secrets: { API_KEY_OF_TEST: "swordfish-42" } })
  const waiting = await untilRun(platform(), id, (run) => run.phase_detail === "waiting for process: Resources")
  expect(waiting).toMatchObject({ status: "RUNNING", phase: "starting" })
  expect(await logOf(platform(), id)).toContain("Waiting for process: Resources")
  elsewhere.hold(null)
  const run = await untilRun(platform(), id)
  expect(run).toMatchObject({ status: "COMPLETED", total_samples: 6 })
  expect((await samplesOf(id)).map(({ reward }: { reward: number }) => reward).sort()).toEqual([0.25, 0.25, 0.25, 0.25, 1, 1])
  expect(answers).toBe(6)
  const log = await logOf(platform(), id)
  expect(log).toContain("the key is [API_KEY_OF_TEST]")
  expect(log).not.toContain("swordfish")
  expect(await elsewhere.jobs.at(-1)?.ended).toBe(0)
  expect(await readdir(path.join(scratch, "node"))).toEqual([])

  // A worker that stops leaves it alone, and the next one goes on with the same process.
  close()
  const longer = await launch(environment, { num_examples: 2, custom_secrets: { API_KEY_OF_TEST: "swordfish-42" } })
  await untilRun(platform(), longer, ({ phase }) => phase === "running")
  await stopWorker()
  await startWorker()
  open()
  expect(await untilRun(platform(), longer)).toMatchObject({ status: "COMPLETED", total_samples: 2 })
  expect(elsewhere.jobs.filter(({ name }) => name.startsWith(longer))).toHaveLength(1)

  // One that is cancelled ends there too, and leaves nothing.
  close()
  const stopped = await launch(environment, { custom_secrets: { API_KEY_OF_TEST: "swordfish-42" } })
  await untilRun(platform(), stopped, ({ phase }) => phase === "running")
  expect((await platform().call("PATCH", `/hosted-evaluations/${stopped}/cancel`)).status).toBe(200)
  expect(await untilRun(platform(), stopped)).toMatchObject({ status: "CANCELLED" })
  expect(await elsewhere.jobs.at(-1)?.ended).toBeTypeOf("number")
  await until("its folder is gone", async () => (await readdir(path.join(scratch, "node"))).length === 0)
  open()
})

test("a job that the engine does not take ends its run with the engine's sentence", { timeout: 180_000 }, async () => {
  const environment = await publishEnvironment(platform(), "remote-refused", echoEnvironment())
  const { submit } = elsewhere
  let asked = 0
  elsewhere.submit = async () => {
    asked++
    throw new JobRefused("Runs without internet are not started here")
  }
  const run = await untilRun(platform(), await launch(environment))
  elsewhere.submit = submit
  expect(run).toMatchObject({ status: "FAILED", failure: { class: "no_place", message: "Runs without internet are not started here" } })
  // It would say the same again.
  expect(asked).toBe(1)
})

test("why its engine ended an attempt stands beside it, and another one goes on", { timeout: 180_000 }, async () => {
  const environment = await publishEnvironment(platform(), "remote-preempted", echoEnvironment())
  close()
  const id = await launch(environment)
  await untilRun(platform(), id, ({ phase }) => phase === "running")
  const job = elsewhere.jobs.at(-1) as ProcessEngine["jobs"][number]
  const { inspect } = elsewhere
  elsewhere.inspect = async (name) => (name === job.name ? { phase: "gone", reason: "PREEMPTED" } : inspect(name))
  // A cluster that takes a place away tells what runs there first.
  job.process.kill("SIGTERM")
  await job.ended
  open()
  expect(await untilRun(platform(), id)).toMatchObject({ status: "COMPLETED", total_samples: 2 })
  elsewhere.inspect = inspect
  const { attempts } = (await platform().call("GET", `/hosted-evaluations/${id}/attempts`)).body
  expect(attempts).toMatchObject([
    { ended: "lost", end_detail: expect.stringMatching(/.; process says: PREEMPTED$/) },
    { ended: "completed", end_detail: null },
  ])
  expect(await logOf(platform(), id)).toMatch(/ended without a word: .*; process says: PREEMPTED/)
})
