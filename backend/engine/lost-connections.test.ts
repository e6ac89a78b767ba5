import { setTimeout as sleep } from "node:timers/promises"
import { beforeAll, expect, test } from "vitest"
import { openDatabase } from "../store/db.ts"
import { echoEnvironment, publishEnvironment } from "../testing/environments.ts"
import { hasEnded, untilChecked, untilRun } from "../testing/runs.ts"
import { testEngine } from "../testing/test-engine.ts"
import { until } from "../testing/until.ts"

const { platform, launch, startWorker, stopWorker } = await testEngine(
  async (request) => {
    await sleep(20)
    return `it is ${String(request.messages.at(-1)?.content).split(" ").at(-1)}`
  },
  { MAX_CONCURRENT_CHECKS: "1" },
)

/** Statements between two cuts; null for no cuts. */
let every: number | null = null
/** Or the one statement to cut. */
let chosen: RegExp | null = null
let statements = 0
let cuts = 0

// A connection ends in turn before a statement arrives and after it was carried out, before its answer: at the beginning of
// transactions, in their middle, at their commit, and between them. vitest fails the file for what nobody caught.
beforeAll(async () => {
  const { services, database } = platform()
  const other = openDatabase(services.config.databaseUrl, services.log, { max: 4 })
  database.pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    client.query = (async (...args: unknown[]) => {
      const text = typeof args[0] === "string" ? args[0] : (args[0] as { text: string }).text
      const isChosen = chosen?.test(text) ?? false
      if (isChosen) chosen = null
      const isCut = isChosen || (every !== null && ++statements % every === 0)
      if (!isCut) return query(...args)
      const isAfter = ++cuts % 2 === 0
      // The pool's own queries give a callback, which would be called before the cut.
      if (isAfter && typeof args.at(-1) !== "function") await query(...args)
      await other.pool.query("select pg_terminate_backend($1)", [(client as unknown as { processID: number }).processID])
      return isAfter && typeof args.at(-1) !== "function" ? query("select 1") : query(...args)
    }) as typeof client.query
  })
  // Those that are open are not watched.
  await other.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  )
  return () => other.close()
})

test.each([11, 23])(
  "runs and checks end as they should while every %sth statement loses its connection",
  async (period) => {
    const name = `cut-${period}`
    const environment = await publishEnvironment(platform(), name, echoEnvironment({ examples: 40 }))
    every = period
    cuts = 0
    const stop = () => {
      every = null
    }
    try {
      // A launch may be cut itself, and is then asked for again.
      const ids = await until("two runs are launched", async () => {
        const config = { num_examples: 40, max_concurrent: 4 }
        return Promise.all([0, 1].map((i) => launch(environment, config, { idempotency_key: `${name}-${i}` }))).catch(() => null)
      })
      // A run whose claim was cut after its commit is claimed again when its lease is over.
      await until(
        "the runs have ended, or were cut often",
        async () => {
          const runs = await Promise.all(ids.map((id) => platform().call("GET", `/evaluations/${id}`)))
          return cuts >= 60 || runs.every(({ body }) => hasEnded(body))
        },
        { seconds: 150 },
      )
      expect(cuts).toBeGreaterThan(10)
      stop()
      for (const id of ids) {
        const run = await untilRun(platform(), id)
        expect(run, JSON.stringify(run.failure)).toMatchObject({ status: "COMPLETED", progress: { done: 40, errored: 0 } })
        const { rows } = await platform().database.pool.query(
          "select count(*)::int as stored, count(distinct example_id)::int as examples, sum(reward)::int as reward from samples where evaluation_id = $1",
          [id],
        )
        expect(rows).toEqual([{ stored: 40, examples: 40, reward: 40 }])
        expect(run.usage.requests).toBeGreaterThanOrEqual(40)
      }
      expect((await untilChecked(platform(), name)).action.status).toBe("SUCCESS")
    } finally {
      stop()
    }
  },
  240_000,
)

test("a run goes on when its connection is lost while its environment is installed", async () => {
  const environment = await publishEnvironment(platform(), "cut-install", echoEnvironment({ examples: 2 }))
  await untilChecked(platform(), "cut-install")
  await platform().database.pool.query("update environment_versions set library = null")
  chosen = /^update "environment_versions" set "library"/
  const run = await untilRun(platform(), await launch(environment))
  expect(chosen).toBeNull()
  expect(run, JSON.stringify(run.failure)).toMatchObject({ status: "COMPLETED", progress: { errored: 0 } })
}, 120_000)

test("a run that its worker claimed without learning of it is claimed again when the lease is over", async () => {
  const { config, database } = platform()
  const environment = await publishEnvironment(platform(), "unknown-claim", echoEnvironment({ examples: 2 }))
  await stopWorker()
  const id = await launch(environment)
  const claimed = "update evaluations set status = 'RUNNING', lease_owner = $2, lease_until = now() + interval '2 seconds' where id = $1"
  await database.pool.query(claimed, [id, config.workerName])
  await startWorker()
  expect(await untilRun(platform(), id, undefined, 90)).toMatchObject({ status: "COMPLETED", attempt: 1 })
}, 120_000)
