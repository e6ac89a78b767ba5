import { readFile } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { beforeAll, beforeEach, expect, test } from "vitest"
import { updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { foldersOf, processesIn } from "../../testing/run-processes.ts"
import { hasEnded, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

// The stand-in model knows every even number; what it refuses, and how long it takes, a test may choose.
let refused = new Set<number>()
let wait = 0
const { platform, model, launch, startWorker, stopWorker } = await testEngine(
  async (request) => {
    const number = Number(String(request.messages.at(-1)?.content).split(" ").at(-1))
    await sleep(wait)
    if (refused.has(number)) return Response.json({ error: { message: "no such number" } }, { status: 400 })
    return number % 2 === 0 ? `it is ${number}` : "no idea"
  },
  {},
  { config: { max_retries: 0 } },
)
let plain = ""
let keyed = ""

beforeAll(async () => {
  plain = await publishEnvironment(platform(), "resume-plain", echoEnvironment({ examples: 200 }))
  keyed = await publishEnvironment(platform(), "resume-keyed", echoEnvironment({ load: 'vf.ensure_keys(["MY_KEY"])' }))
})
beforeEach(() => {
  refused = new Set()
  wait = 0
})

const read = async (address: string) => (await platform().call("GET", address)).body
const resume = (id: string, body: object = {}) => platform().call("POST", `/hosted-evaluations/${id}/resume`, body)
const samplesOf = async (id: string) => (await read(`/evaluations/${id}/samples?limit=1000`)).samples as any[]
const attemptsOf = async (id: string) => (await read(`/hosted-evaluations/${id}/attempts`)).attempts as any[]

const until = (id: string, reached: (run: any) => boolean = hasEnded) => untilRun(platform(), id, reached)

test("errored rollouts are done again, what they were stays readable and counts no more", async () => {
  refused = new Set([1, 2])
  const id = await launch(plain, { num_examples: 4, rollouts_per_example: 2 })
  const first = await until(id)
  expect(first).toMatchObject({ status: "COMPLETED", total_samples: 8, progress: { done: 8, errored: 4 }, attempt: 1 })
  const errors = (await read(`/evaluations/${id}/sample-summaries?outcome=error`)).samples
  expect(errors).toHaveLength(4)

  refused = new Set()
  const requests = model.requests.length
  const { status, body } = await resume(id, { mode: "errors_only" })
  expect(status, JSON.stringify(body)).toBe(200)
  expect(body).toMatchObject({ evaluation_id: id, status: "PENDING", evaluation_ids: [id] })
  // Until the new ones are there the old ones count, but they are not done.
  expect(await read(`/evaluations/${id}`)).toMatchObject({ total_samples: 8, progress: { total: 8, done: 4, errored: 0 }, failure: null })
  const second = await until(id)
  expect(second).toMatchObject({ status: "COMPLETED", total_samples: 8, progress: { done: 8, errored: 0 }, attempt: 2 })
  expect(model.requests.length - requests).toBe(4)

  const samples = await samplesOf(id)
  expect(samples.map((sample) => sample.example_id).sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
  expect(samples.every((sample) => !sample.error)).toBe(true)
  expect(second.avg_score).toBeCloseTo((4 * 1 + 4 * 0.25) / 8, 12)
  expect(second.min_score).toBe(0.25)
  const statistics = await read(`/evaluations/${id}/statistics`)
  expect(statistics).toMatchObject({ samples: 8, errored: 0 })
  expect(statistics.reward.mean).toBeCloseTo(second.avg_score, 12)
  const summaries = await read(`/evaluations/${id}/sample-summaries`)
  expect(summaries.total).toBe(8)
  // Pages of whole samples are complete, also where numbers of the order are missing.
  const pages = await Promise.all([1, 2, 3].map((page) => read(`/evaluations/${id}/samples?limit=3&page=${page}`)))
  expect(pages.flatMap((page) => page.samples)).toEqual(samples)

  const old = await read(`/evaluations/${id}/samples/${errors[0].sample_id}`)
  expect(old.summary).toMatchObject({ superseded: true, outcome: "error", attempt: 1 })
  const redone = old.same_rollout.at(-1)
  expect(redone).toMatchObject({ superseded: false, outcome: "ok", attempt: 2, supersedes: errors[0].sample_id })
  expect((await read(`/evaluations/${id}/samples/${redone.sample_id}`)).same_rollout).toHaveLength(2)
  expect(await attemptsOf(id)).toMatchObject([
    { number: 1, reason: "launched", ended: "completed", samples: 8, errored: 4 },
    { number: 2, reason: "resumed", resume_mode: "errors_only", resumed_by: "local", ended: "completed", samples: 4, errored: 0 },
  ])
}, 180_000)

test("a stopped run continues with what is missing, and its errors stay unless they are asked for", async () => {
  refused = new Set([0])
  wait = 60
  const id = await launch(plain, { num_examples: 40, rollouts_per_example: 1, max_concurrent: 2 })
  await until(id, (run) => run.progress.done >= 4)
  await platform().call("PATCH", `/hosted-evaluations/${id}/cancel`)
  const stopped = await until(id)
  expect(stopped.status).toBe("CANCELLED")
  const kept = await samplesOf(id)
  expect(kept.length).toBeLessThan(40)

  wait = 0
  refused = new Set()
  await resume(id, { mode: "missing" })
  const done = await until(id)
  expect(done).toMatchObject({ status: "COMPLETED", total_samples: 40, failure: null, progress: { errored: 1 } })
  // Its time limit started over.
  expect(Date.parse(done.started_at)).toBeGreaterThan(Date.parse(stopped.completed_at))
  expect(Date.parse(done.timeout_at) - Date.parse(done.started_at)).toBe(1440 * 60_000)
  const samples = await samplesOf(id)
  expect(samples.slice(0, kept.length)).toEqual(kept)
  expect(new Set(samples.map((sample) => sample.example_id)).size).toBe(40)
  expect((await attemptsOf(id)).map(({ ended, samples }) => [ended, samples])).toEqual([
    ["cancelled", kept.length],
    ["completed", 40 - kept.length],
  ])

  await resume(id)
  const redone = await until(id)
  expect(redone).toMatchObject({ status: "COMPLETED", total_samples: 40, progress: { done: 40, errored: 0 }, attempt: 3 })
}, 180_000)

test("errors that are done again by an attempt that dies half-way are each repeated once, and none is lost", async () => {
  refused = new Set(Array.from({ length: 40 }, (_, i) => i))
  const id = await launch(plain, { num_examples: 40, rollouts_per_example: 2, max_concurrent: 4 })
  expect((await until(id)).progress).toMatchObject({ done: 80, errored: 80 })
  refused = new Set()
  wait = 60
  await resume(id, { mode: "errors_only" })
  await until(id, (run) => run.progress.done >= 10)
  const [{ handle }] = (await platform().database.pool.query("select handle from evaluations where id = $1", [id])).rows
  const shim = JSON.parse(await readFile(path.join(handle.workDir, "shim.json"), "utf8"))
  process.kill(shim.child_pid, "SIGKILL")
  wait = 0
  const done = await until(id)
  expect(done).toMatchObject({ status: "COMPLETED", total_samples: 80, progress: { done: 80, errored: 0 } })
  const [, second, third] = await attemptsOf(id)
  expect([second.ended, third.reason, third.ended]).toEqual(["lost", "continued", "completed"])
  expect(second.samples + third.samples).toBe(80)
  const { rows } = await platform().database.pool.query(
    "select count(*)::int as stored, count(*) filter (where not superseded)::int as counted from samples where evaluation_id = $1",
    [id],
  )
  expect(rows).toEqual([{ stored: 160, counted: 80 }])
}, 180_000)

test("a run that had one-off secrets asks for them by name, and has them when it is resumed", async () => {
  refused = new Set([1])
  const id = await launch(keyed, { num_examples: 2, rollouts_per_example: 1, custom_secrets: { MY_KEY: "first value" } })
  expect(await until(id)).toMatchObject({ status: "COMPLETED", progress: { errored: 1 } })
  const without = await resume(id)
  expect(without.status).toBe(422)
  expect(JSON.stringify(without.body)).toContain("MY_KEY")
  refused = new Set()
  expect((await resume(id, { custom_secrets: { MY_KEY: "second value" } })).status).toBe(200)
  expect(await until(id)).toMatchObject({ status: "COMPLETED", progress: { errored: 0 } })
  const { rows } = await platform().database.pool.query("select 1 from run_secrets where evaluation_id = $1", [id])
  expect(rows).toEqual([])
}, 180_000)

test("a run is not resumed while it is active, nor when there is nothing to do, and each refusal says why", async () => {
  wait = 100
  const id = await launch(plain, { num_examples: 10, rollouts_per_example: 1, max_concurrent: 1 })
  const early = await resume(id)
  expect([early.status, early.body.detail]).toEqual([409, expect.stringContaining("has not ended")])
  wait = 0
  await until(id)
  for (const [mode, words] of [
    ["missing_and_errored", "none ended with an error"],
    ["missing", "No rollout of this run is missing"],
    ["errors_only", "No rollout of this run ended with an error"],
  ]) {
    const { status, body } = await resume(id, { mode })
    expect([status, body.detail]).toEqual([409, expect.stringContaining(words as string)])
  }
  expect((await resume(id, { mode: "everything" })).status).toBe(422)
  const other = await platform().call("POST", "/evaluations/", { name: "pushed", environments: [{ id: plain }] })
  expect((await resume(other.body.evaluation_id)).status).toBe(409)
}, 180_000)

test("a run that timed out can be resumed, and has all of its time again", async () => {
  wait = 100
  const id = await launch(plain, { num_examples: 100, rollouts_per_example: 1, max_concurrent: 2 })
  await until(id, (run) => run.progress.done >= 2)
  await updateEvaluation(platform().services.db, id, { deadlineAt: new Date() })
  expect((await until(id)).status).toBe("TIMEOUT")
  wait = 0
  await resume(id)
  expect(await until(id)).toMatchObject({ status: "COMPLETED", total_samples: 100 })
}, 180_000)

test("a worker that stops leaves its run to the next one, which continues where it was", async () => {
  wait = 60
  const evaluation = await launch(plain, { num_examples: 30, rollouts_per_example: 1, max_concurrent: 3 })
  await until(evaluation, (one) => one.progress.done >= 3)
  const folders = await foldersOf(platform(), evaluation)
  await stopWorker()
  expect(await processesIn(folders)).toEqual([])
  await startWorker()
  const done = await until(evaluation, hasEnded)
  wait = 0
  expect(done).toMatchObject({ status: "COMPLETED", total_samples: 30 })
  expect(new Set((await samplesOf(evaluation)).map((sample) => sample.example_id)).size).toBe(30)
}, 120_000)
