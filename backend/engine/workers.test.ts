import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { newId } from "../base/ids.ts"
import { echoEnvironment, publishEnvironment } from "../testing/environments.ts"
import { startModelServer } from "../testing/model-server.ts"
import { testPlatform } from "../testing/test-platform.ts"
import { until as untilSeen } from "../testing/until.ts"
import { startWorkerProcess, workerVariables } from "../testing/worker-process.ts"

const scratch = await mkdtemp(path.join(tmpdir(), "he-workers-"))
const providers = path.join(scratch, "providers.json")
let wait = 0
const model = await startModelServer(async (request) => {
  await sleep(wait)
  return `it is ${String(request.messages.at(-1)?.content).split(" ").at(-1)}`
})
await writeFile(providers, JSON.stringify([{ id: "test", name: "Test", base_url: model.url }]))

const platform = testPlatform({ PROVIDERS_FILE: providers, MAX_RUNS: "3", MAX_RUNS_PER_USER: "2" })
const processes: ChildProcess[] = []
let environment = ""

beforeAll(async () => {
  environment = await publishEnvironment(platform(), "workers-echo", echoEnvironment({ examples: 200 }))
})
afterEach(async () => {
  wait = 0
  for (const child of processes.splice(0)) {
    child.kill("SIGCONT")
    child.kill("SIGKILL")
  }
  await query("delete from workers")
})
afterAll(async () => {
  model.close()
  // Processes that waited at workers killed here may still be writing down how they ended.
  await rm(scratch, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 })
})

async function startWorker(env: Record<string, string> = {}): Promise<ChildProcess> {
  const child = await startWorkerProcess({
    ...(await workerVariables(platform())),
    PROVIDERS_FILE: providers,
    MAX_RUNS: "3",
    MAX_RUNS_PER_USER: "2",
    RUNS_ON_STOP: "keep",
    ...env,
  })
  processes.push(child)
  return child
}

const query = async (text: string, parameters: unknown[] = []) => (await platform().database.pool.query(text, parameters)).rows
const row = async (id: string) => (await query("select * from evaluations where id = $1", [id]))[0]
const attemptsOf = async (id: string) => query("select * from attempts where evaluation_id = $1 order by number", [id])

async function launch(config: object): Promise<string> {
  const { status, body } = await platform().call("POST", "/hosted-evaluations", {
    environment_ids: [environment],
    inference_model: "test/scripted",
    eval_config: { num_examples: 4, rollouts_per_example: 1, ...config },
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.evaluation_id
}

const until = <T>(what: string, look: () => Promise<T>, seconds = 120) => untilSeen(what, look, { seconds, everyMs: 100 })
/** Waits long enough for the newest worker to have looked for work more than once. */
async function twoHeartbeats(): Promise<void> {
  const latest = async () => Number((await query("select extract(epoch from max(beat_at)) as beat from workers"))[0].beat)
  for (let beats = 0; beats < 2; beats++) {
    const before = await latest()
    await until("a heartbeat", async () => (await latest()) > before)
  }
}
const doing = (id: string, rollouts: number) =>
  until(`${rollouts} rollouts`, async () => {
    const now = await row(id)
    return now.samples_done >= rollouts && now
  })
const completed = (id: string) =>
  until("completed", async () => {
    const now = await row(id)
    return now.status === "COMPLETED" && now
  })
const runnerOf = async (workDir: string): Promise<number> => JSON.parse(await readFile(path.join(workDir, "shim.json"), "utf8")).child_pid
const isAlive = async (pid: number) =>
  readFile(`/proc/${pid}/stat`, "utf8").then(
    (stat) => !/\) Z /.test(stat),
    () => false,
  )

async function everyRolloutOnce(id: string, rollouts: number): Promise<void> {
  const [counts] = await query(
    `select count(*)::int as stored, count(distinct (example_id, rollout_index))::int as kinds, sum(reward)::int as reward
      from samples where evaluation_id = $1`,
    [id],
  )
  expect(counts).toEqual({ stored: rollouts, kinds: rollouts, reward: rollouts })
}

test("two workers share out runs, no limit is passed at any moment, and one user's flood does not hold up another", async () => {
  // The database itself records the most runs that were ever active at once.
  await query(`
    create table most (kind text, who text, runs int);
    create function watch() returns trigger language plpgsql as $$ begin
      insert into most select 'user', user_id, count(*) from evaluations where is_hosted and status = 'RUNNING' group by 2;
      insert into most select 'all', '', count(*) from evaluations where is_hosted and status = 'RUNNING';
      return null;
    end $$;
    create trigger watch after update of status on evaluations for each statement execute function watch()`)
  const flood: string[] = []
  for (let i = 0; i < 8; i++) flood.push(await launch({ max_concurrent: 2 }))
  // Another user, who came last.
  const other = newId()
  await query("insert into users (id, name, email, role) values ($1, 'Other', 'other@example.org', 'USER')", [other])
  const late = await launch({})
  await query("update evaluations set user_id = $1 where id = $2", [other, late])

  await Promise.all([startWorker(), startWorker()])
  await completed(late)
  const left = await query("select 1 from evaluations where is_hosted and status = 'PENDING'")
  expect(left.length).toBeGreaterThan(3)
  // Between two runs of mine there is a moment with one active.
  await until("a waiting run says why", async () => {
    const waiting = (await platform().call("GET", "/evaluations/?status=PENDING")).body.evaluations
    const mine = waiting.find((run: any) => flood.includes(run.evaluation_id))
    return mine.waits_for === "you have 2 of 2 runs active"
  })
  for (const id of flood) await completed(id)

  const most = await query("select kind, max(runs) as runs from most group by 1 order by 1")
  expect(most).toEqual([
    { kind: "all", runs: 3 },
    { kind: "user", runs: 2 },
  ])
  await query("drop trigger watch on evaluations")
  const owners = await query("select distinct machine from attempts")
  expect(owners).toHaveLength(1)
}, 240_000)

test("a run whose worker is killed or stopped continues in the same process when that worker is back", async () => {
  wait = 100
  const at = { WORKER_PORT: String(await freePort()) }
  const first = await startWorker(at)
  const id = await launch({ num_examples: 150, max_concurrent: 2 })
  const { handle } = await doing(id, 3)
  const runner = await runnerOf(handle.workDir)

  first.kill("SIGKILL")
  await once(first, "exit")
  const { samples_done: before, lease_owner: dead } = await row(id)
  const second = await startWorker(at)
  await until("the next worker has it", async () => {
    const now = await row(id)
    return now.lease_owner !== dead && now.samples_done > before
  })
  expect(await isAlive(runner)).toBe(true)

  // Stopped cleanly: it releases the run and leaves its process alone.
  second.kill("SIGTERM")
  expect((await once(second, "exit"))[0]).toBe(0)
  // A worker that serves models elsewhere is no use to the process, and waits.
  await startWorker()
  await twoHeartbeats()
  expect(await row(id)).toMatchObject({ lease_owner: null, attempt: 1 })
  await startWorker(at)
  const { samples_done: between } = await row(id)
  await doing(id, between + 3)
  expect(await isAlive(runner)).toBe(true)
  wait = 0
  await completed(id)
  expect((await attemptsOf(id)).map(({ ended, samples }) => [ended, samples])).toEqual([["completed", 150]])
  await everyRolloutOnce(id, 150)
}, 240_000)

test("a run whose worker does not come back restarts under another worker of its machine, and no process is left", async () => {
  wait = 100
  const first = await startWorker()
  const id = await launch({ num_examples: 100, max_concurrent: 2 })
  const { handle } = await doing(id, 3)
  const runner = await runnerOf(handle.workDir)
  first.kill("SIGKILL")
  await query("update evaluations set lease_until = now() - interval '1 second' where id = $1", [id])
  await startWorker()
  await until("a second attempt", async () => (await row(id)).attempt === 2)
  expect(await isAlive(runner)).toBe(false)
  wait = 0
  await completed(id)
  expect((await attemptsOf(id))[0]).toMatchObject({ ended: "lost", end_detail: "its worker is gone" })
  await everyRolloutOnce(id, 100)
}, 240_000)

test("a run whose machine is unreachable restarts elsewhere with what is missing; the machine ends its old process when it is back", async () => {
  wait = 100
  const elsewhere = path.join(scratch, "elsewhere")
  await mkdir(elsewhere, { recursive: true })
  const away = { MACHINE: "elsewhere.00000000", DATA_DIR: elsewhere }
  const there = await startWorker(away)
  const id = await launch({ num_examples: 100, max_concurrent: 2 })
  const { handle, machine } = await doing(id, 5)
  expect(machine).toBe("elsewhere.00000000")
  const runner = await runnerOf(handle.workDir)
  there.kill("SIGKILL")
  await query("update evaluations set lease_until = now() + interval '10 minutes' where id = $1", [id])

  const here = await startWorker()
  await twoHeartbeats()
  // Its lease has not expired: nobody claims it, as it may still be running.
  expect(await row(id)).toMatchObject({ attempt: 1, machine: "elsewhere.00000000" })
  await query("update evaluations set lease_until = now() - interval '1 second' where id = $1", [id])
  await until("a second attempt", async () => (await row(id)).attempt === 2)
  wait = 0
  await completed(id)
  const attempts = await attemptsOf(id)
  expect(attempts.map(({ ended }) => ended)).toEqual(["lost", "completed"])
  expect(attempts[0].end_detail).toBe("the machine elsewhere is out of sight")
  await everyRolloutOnce(id, 100)
  expect(here.exitCode).toBeNull()

  const token = (await query("select revoked_at from run_tokens where evaluation_id = $1", [id])).map((one) => one.revoked_at)
  expect(token.every(Boolean)).toBe(true)
  await startWorker(away)
  await until("the old process is gone", async () => !(await isAlive(runner)))
  await until("its folder is gone", async () =>
    access(handle.workDir).then(
      () => false,
      () => true,
    ),
  )
}, 240_000)

test("a worker that was stalled until its lease expired writes nothing more, and ends the process of the run that moved", async () => {
  wait = 100
  const elsewhere = path.join(scratch, "elsewhere")
  const there = await startWorker({ MACHINE: "elsewhere.00000000", DATA_DIR: elsewhere })
  const id = await launch({ num_examples: 100, max_concurrent: 2 })
  const { handle } = await doing(id, 5)
  const runner = await runnerOf(handle.workDir)
  there.kill("SIGSTOP")
  await query("update evaluations set lease_until = now() - interval '1 second' where id = $1", [id])
  await startWorker()
  await until("a second attempt", async () => (await row(id)).attempt === 2)
  there.kill("SIGCONT")
  await until("the old process is gone", async () => !(await isAlive(runner)))
  wait = 0
  const done = await completed(id)
  expect(done.attempt).toBe(2)
  await everyRolloutOnce(id, 100)
}, 240_000)

test("a queued run says what it waits for: no worker, or no free worker", async () => {
  await query("delete from evaluations")
  const id = await launch({})
  const waitsFor = async () => (await platform().call("GET", `/evaluations/${id}`)).body.waits_for
  expect(await waitsFor()).toBe("no worker is running")
  await query("insert into workers (name, machine, places) values ('w', 'm', 1)")
  expect(await waitsFor()).toBeNull()
  await query("update workers set places = 0")
  expect(await waitsFor()).toBe("the disk of each worker is nearly full")
  const { body } = await platform().call("PATCH", `/hosted-evaluations/${id}/cancel`)
  expect(body.status).toBe("CANCELLED")
})
