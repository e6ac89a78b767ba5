// Server time of lists, filters and statistics with 1,000 and with 100,000 runs, and of a run's samples with as many: the growth
// between them, and whether each meets its goal on a quiet machine. Rows are copies of real ones with bodies of 7 KB, with other times,
// rewards and outcomes.
//   npm run bench -- lists [ROWS]
import pg from "pg"
import { growRuns, growSamples, withoutIndexes } from "./lib/grown.mjs"
import { median } from "./lib/numbers.mjs"
import { startModel, startPlatform } from "./lib/served.mjs"

const few = 1000
const asks = 7
const growthMax = 3
const bodyBytes = 7000
const rolloutsPerExample = 5

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
    const samples = `/evaluations/${id}/sample-summaries?limit=100`
    /** @type {Question[]} */
    const questions = [
      { name: "runs, newest", path: "/evaluations/?limit=20", goal: 20 },
      { name: "runs of an environment", path: `/evaluations/?limit=20&environment_id=${environment.id}`, goal: 20 },
      { name: "runs that failed", path: "/evaluations/?limit=20&status=FAILED", goal: 20 },
      { name: "runs, half of them skipped", path: (rows) => `/evaluations/?limit=20&skip=${rows / 2}`, goal: 40 },
      { name: "runs, searched by name", path: "/evaluations/?limit=20&search=run%20number%2077", goal: 60 },
      { name: "runs by name", path: "/evaluations/?limit=20&sort_by=name", goal: 40 },
      { name: "runs by score", path: "/evaluations/?limit=20&sort_by=avg_score", goal: 40 },
      { name: "samples by example", path: samples, goal: 20 },
      { name: "samples by reward, worst first", path: `${samples}&sort_by=reward`, goal: 30 },
      { name: "samples by a metric", path: `${samples}&sort_by=metric:correct&sort_order=desc`, goal: 40 },
      { name: "samples with errors", path: `${samples}&outcome=error`, goal: 30 },
      { name: "samples, searched", path: `${samples}&search=apples`, goal: 100 },
      { name: "statistics, from memory", path: `/evaluations/${id}/statistics` },
    ]
    await grow(database, id, few)
    await database.query("vacuum analyze")
    // Each search stores texts of the run that are not searchable yet, as the worker does.
    await platform.until(async () => (await platform.call("GET", `${samples}&search=apples`)).search.waiting === 0 || undefined)
    const before = await measure(platform, questions, few)
    const keptBefore = await statisticsTime(platform, database, id, kept)
    const computedBefore = await statisticsTime(platform, database, id, deleted)
    const begin = performance.now()
    await withoutIndexes(database, async () => {
      await grow(database, id, many)
      await copyTexts(database, id)
    })
    await database.query("vacuum analyze")
    console.log(`Grown to ${many} rows in ${((performance.now() - begin) / 1000).toFixed(0)} s.`)
    const after = await measure(platform, questions, many)
    const keptAfter = await statisticsTime(platform, database, id, kept)
    const computedAfter = await statisticsTime(platform, database, id, deleted)
    console.log(`${"".padEnd(32)} ${`${few} rows`.padStart(14)} ${`${many} rows`.padStart(14)}  growth      goal`)
    for (const { name, goal } of questions) report(name, before.get(name) ?? 0, after.get(name) ?? 0, goal, growthMax)
    report("statistics, cold", keptBefore, keptAfter, 300, growthMax)
    // It reads every sample, so it grows with them: once, when a run ends, or for the first look at a live one.
    report("statistics, computed anew", computedBefore, computedAfter)
  } finally {
    await database.end()
    await platform.stop()
    model.stop()
  }
}

/** @typedef {{ name: string, path: string | ((rows: number) => string), goal?: number }} Question */

/** @param {string} name @param {number} small @param {number} large @param {number} [goal] ms @param {number} [growth] at most */
function report(name, small, large, goal, growth) {
  const ratio = large / small
  const missed = [goal && large > goal ? "too slow" : "", growth && ratio > growth ? "grows" : ""].filter(Boolean)
  const judged = goal ? `${String(goal).padStart(4)} ms  ${missed.join(", ") || "holds"}` : ""
  console.log(
    `${name.padEnd(32)} ${`${small.toFixed(1)} ms`.padStart(14)} ${`${large.toFixed(1)} ms`.padStart(14)} ${ratio.toFixed(1).padStart(7)}   ${judged}`,
  )
}

/** @typedef {Awaited<ReturnType<typeof startPlatform>>} Platform */

/** Median milliseconds of each request. @param {Platform} platform @param {Question[]} questions @param {number} rows */
async function measure(platform, questions, rows) {
  /** @type {Map<string, number>} */
  const times = new Map()
  for (const { name, path } of questions) {
    const address = typeof path === "string" ? path : path(rows)
    times.set(name, await medianTime(() => platform.call("GET", address)))
  }
  return times
}

/**
 * Statistics that the process does not have in memory.
 * @param {Platform} platform @param {pg.Client} database @param {string} id
 * @param {string} prepare SQL that keeps, or deletes, those in the database
 */
function statisticsTime(platform, database, id, prepare) {
  return medianTime(
    () => platform.call("GET", `/evaluations/${id}/statistics`),
    async () => {
      // Another basis, so that what the process keeps in memory is not the answer.
      await database.query("update evaluations set samples_superseded = samples_superseded + 1 where id = $1", [id])
      await database.query(prepare, [id])
    },
  )
}

/** As they were kept when the run ended: the first answers, which are not counted, compute them. */
const kept = `update run_statistics set basis = regexp_replace(basis, '\\+\\d+$', '+' || e.samples_superseded)
  from evaluations e where e.id = evaluation_id and e.id = $1`
/** As they are computed when nothing was kept of them. */
const deleted = "delete from run_statistics where evaluation_id = $1"

/** Median milliseconds of some work, its first two times left out. @param {() => Promise<unknown>} work @param {() => Promise<unknown>} [prepare] */
async function medianTime(work, prepare) {
  /** @type {number[]} */
  const taken = []
  for (let ask = 0; ask < asks; ask++) {
    await prepare?.()
    const begin = performance.now()
    await work()
    taken.push(performance.now() - begin)
  }
  return median(taken.slice(2))
}

/** Brings runs and samples of the one run to a number by copying. @param {pg.Client} database @param {string} id @param {number} rows */
async function grow(database, id, rows) {
  await growRuns(database, id, rows)
  await growSamples(database, id, { rows, rolloutsPerExample, bodyBytes })
}

/**
 * Gives the samples that are new the texts that the worker would store: those of an earlier copy of the same sample, with the answer
 * replaced. The worker takes 2 ms for each. @param {pg.Client} database @param {string} id
 */
async function copyTexts(database, id) {
  const answer = (/** @type {string} */ body) => `${body}.body -> 'completion' -> 0 ->> 'content'`
  await database.query(
    `insert into sample_texts (sample_id, place, evaluation_id, owner, text, shown, spots)
     select s.id, t.place, s.evaluation_id, t.owner, replace(t.text, ${answer("told")}, ${answer("b")}),
       replace(t.shown, ${answer("told")}, ${answer("b")}), t.spots
     from samples s join sample_bodies b on b.sample_id = s.id
     join samples o on o.evaluation_id = s.evaluation_id and o.seq = 101 + (s.seq - 1) % 100
     join sample_bodies told on told.sample_id = o.id join sample_texts t on t.sample_id = o.id
     where s.evaluation_id = $1 and s.seq > $2`,
    [id, few],
  )
  await database.query(
    "update sample_text_progress set due = s.last, seq = s.last from (select max(seq) as last from samples where evaluation_id = $1) s where evaluation_id = $1",
    [id],
  )
}
