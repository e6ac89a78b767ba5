// Server time of lists and filters with 1,000 and with 100,000 runs, and of a run's samples with as many: the second against the
// first shows how they grow. Rows are copies of real ones, with other times, rewards and outcomes.
//   npm run bench -- lists [ROWS]
import pg from "pg"
import { median } from "./lib/numbers.mjs"
import { startModel, startPlatform } from "./lib/served.mjs"

const few = 1000
const asks = 15

/** @param {string[]} args */
export async function lists([rows = "100000"]) {
  const many = Number(rows)
  const model = await startModel(0)
  const platform = await startPlatform({ providers: [{ id: "bench", name: "Bench", base_url: model.url }] })
  const database = new pg.Client({ connectionString: platform.databaseUrl })
  await database.connect()
  try {
    const environment = await platform.environment("word-arithmetic")
    const id = await platform.launch(environment.id, "bench/bench", { num_examples: 20, rollouts_per_example: 5 })
    await platform.ended(id)
    /** @type {Map<string, string>} */
    const questions = new Map([
      ["runs, newest", "/evaluations/?limit=50"],
      ["runs of an environment", `/evaluations/?limit=50&environment_id=${environment.id}`],
      ["runs that failed", "/evaluations/?limit=50&status=FAILED"],
      ["runs, searched", "/evaluations/?limit=50&search=run%20number%2077"],
      ["samples by example", `/evaluations/${id}/sample-summaries?limit=100`],
      ["samples by reward, worst first", `/evaluations/${id}/sample-summaries?limit=100&sort_by=reward`],
      ["samples by a metric", `/evaluations/${id}/sample-summaries?limit=100&sort_by=metric:correct&sort_order=desc`],
      ["samples with errors", `/evaluations/${id}/sample-summaries?limit=100&outcome=error`],
      ["samples, searched", `/evaluations/${id}/sample-summaries?limit=100&search=apples`],
      ["the run itself", `/evaluations/${id}`],
      ["its statistics", `/evaluations/${id}/statistics`],
    ])
    await grow(database, id, few)
    const before = await measure(platform, questions)
    await grow(database, id, many)
    const after = await measure(platform, questions)
    for (const name of questions.keys()) {
      const [small, large] = [before.get(name) ?? 0, after.get(name) ?? 0]
      console.log(
        `${name.padEnd(32)} ${few} rows ${small.toFixed(1).padStart(7)} ms, ${many} rows ${large.toFixed(1).padStart(7)} ms, ratio ${(large / small).toFixed(1)}`,
      )
    }
  } finally {
    await database.end()
    await platform.stop()
    model.stop()
  }
}

/** Median milliseconds of each request. @param {Awaited<ReturnType<typeof startPlatform>>} platform @param {Map<string, string>} questions */
async function measure(platform, questions) {
  /** @type {Map<string, number>} */
  const times = new Map()
  for (const [name, path] of questions) {
    /** @type {number[]} */
    const taken = []
    for (let ask = 0; ask < asks; ask++) {
      const begin = performance.now()
      await platform.call("GET", path)
      taken.push(performance.now() - begin)
    }
    times.set(name, median(taken.slice(2)))
  }
  return times
}

/** Brings runs and samples of the one run to a number by copying. @param {pg.Client} database @param {string} id @param {number} rows */
async function grow(database, id, rows) {
  await database.query(
    `insert into evaluations
     select (jsonb_populate_record(e, jsonb_build_object(
       'id', 'r' || lpad(n::text, 23, '0'), 'name', 'run number ' || n, 'idempotency_key', null,
       'status', (array['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'CANCELLED'])[1 + n % 5],
       'created_at', e.created_at - make_interval(mins => n)))).*
     from evaluations e, generate_series((select count(*) from evaluations)::int, $2::int - 1) n where e.id = $1`,
    [id, rows],
  )
  // Lists never read the messages, so these are not copied.
  await database.query(
    `insert into samples
     select (jsonb_populate_record(s, jsonb_build_object(
       'seq', s.seq + n * 100, 'id', 's' || n || '-' || s.seq, 'dedupe_key', s.dedupe_key || '-' || n,
       'rollout_index', s.rollout_index + n * 5, 'reward', s.reward * ((n * 37 + s.seq) % 100) / 100.0))).*
     from samples s, generate_series((select max(seq) / 100 from samples where evaluation_id = $1), $2::int / 100 - 1) n
     where s.evaluation_id = $1 and s.seq <= 100`,
    [id, rows],
  )
  await database.query("update evaluations set samples_done = $2 where id = $1", [id, rows])
  await database.query("vacuum analyze")
}
