import { readdir } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, expect, test } from "vitest"
import { withClient } from "../../store/db.ts"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { lossyNetwork, type ProcessEngine, processEngine } from "../../testing/remote.ts"
import { processesIn } from "../../testing/run-processes.ts"
import { untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"
import { until } from "../../testing/until.ts"

const examples = 120
let elsewhere: ProcessEngine
let platformUrl = ""
let asked = 0
// Of what attempts send, each fifth request is lost, and each third answer, after the platform has done it.
const network = await lossyNetwork(
  () => platformUrl,
  (address) => {
    if (!address.includes("/attempts")) return null
    return ++asked % 5 === 0 ? "request" : asked % 3 === 0 ? "answer" : null
  },
)
const { platform, launch, startWorker, stopWorker, scratch } = await testEngine(
  async (request) => {
    await sleep(100)
    return `it is ${String(request.messages.at(-1)?.content).split(" ").at(-1)}`
  },
  {},
  {
    elsewhere: (address) => {
      platformUrl = address
      elsewhere ??= processEngine({ folder: path.join(scratch, "nodes"), platformUrl: network.url })
      return elsewhere
    },
  },
)
afterAll(() => network.close())

const ask = (query: string, values: unknown[] = []): Promise<any[]> =>
  withClient(platform().config.databaseUrl, async (client) => (await client.query(query, values)).rows)

test("shards on other machines: a machine is lost, and so are answers, and each rollout counts once", { timeout: 280_000 }, async () => {
  const environment = await publishEnvironment(platform(), "remote-shards", echoEnvironment({ examples }))
  const id = await launch(environment, { num_examples: examples, rollouts_per_example: 2, shards: 3, max_concurrent: 6 })
  await untilRun(platform(), id, ({ progress }) => progress.done >= 12)
  expect(elsewhere.jobs.map(({ name }) => name)).toEqual([`${id}-1-s0`, `${id}-1-s1`, `${id}-1-s2`])

  // A worker that stops leaves them alone, and the next one goes on with the same processes.
  await stopWorker()
  await startWorker()
  await untilRun(platform(), id, ({ progress }) => progress.done >= 40)
  expect(elsewhere.jobs).toHaveLength(3)

  // The machine of one goes down with all that runs on it. That it was silent for more than a minute is said in less.
  const lost = `${id}-1-s1`
  elsewhere.jobs[1]?.process.kill("SIGKILL")
  for (const pid of await processesIn([path.join(elsewhere.folder, lost)])) process.kill(Number(pid), "SIGKILL")
  await ask("update remote_attempts set heard_at = heard_at - interval '61 seconds' where id = $1", [lost])

  const run = await untilRun(platform(), id)
  expect(run, JSON.stringify(run.failure)).toMatchObject({ status: "COMPLETED", total_samples: 2 * examples, avg_score: 1 })
  const [stored] = await ask(
    "select count(*)::int as rows, count(distinct dedupe_key)::int as keys, sum(reward)::int as reward from samples where evaluation_id = $1",
    [id],
  )
  expect(stored).toEqual({ rows: 2 * examples, keys: 2 * examples, reward: 2 * examples })
  const { attempts } = (await platform().call("GET", `/hosted-evaluations/${id}/attempts`)).body
  expect(attempts.map(({ ended }: { ended: string }) => ended)).toEqual(["lost", "completed"])
  expect(attempts[0].samples + attempts[1].samples).toBe(2 * examples)
  expect(network.lost()).toBeGreaterThan(5)

  // Nothing is taken from any of them any more, and nothing that they sent is left.
  expect(await ask("select id from remote_attempts where fenced_at is null")).toEqual([])
  expect(await ask("select place from remote_spool")).toEqual([])
  await until("only what the lost machine held is left", async () => {
    const names = await readdir(elsewhere.folder)
    return names.every((name) => name === lost)
  })
})
