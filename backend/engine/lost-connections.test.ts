import { setTimeout as sleep } from "node:timers/promises"
import { beforeAll, expect, test } from "vitest"
import { openDatabase } from "../store/db.ts"
import { echoEnvironment, publishEnvironment } from "../testing/environments.ts"
import { untilChecked, untilRun } from "../testing/runs.ts"
import { testEngine } from "../testing/test-engine.ts"
import { until } from "../testing/until.ts"

const { platform, launch } = await testEngine(
  async (request) => {
    await sleep(20)
    return `it is ${String(request.messages.at(-1)?.content).split(" ").at(-1)}`
  },
  { MAX_CONCURRENT_CHECKS: "1" },
)

/** Statements between two cuts; null for no cuts. */
let every: number | null = null
let statements = 0
let cuts = 0

// Postgres ends a connection just before one of its statements: in turn at the beginning of transactions, in their middle, at their
// commit, and between them. vitest fails the file for what nobody caught.
beforeAll(() => {
  const { services, database } = platform()
  const other = openDatabase(services.config.databaseUrl, services.log, 4)
  database.pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    client.query = (async (...args: unknown[]) => {
      if (every !== null && ++statements % every === 0) {
        cuts++
        await other.pool.query("select pg_terminate_backend($1)", [(client as unknown as { processID: number }).processID])
      }
      return query(...args)
    }) as typeof client.query
  })
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
      await until(
        "half is done",
        async () => {
          const { body } = await platform().call("GET", `/evaluations/${ids[0]}`)
          return body.progress?.done >= 20
        },
        { seconds: 120 },
      )
      await until("it was cut often", () => cuts >= 25, { seconds: 120 })
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
