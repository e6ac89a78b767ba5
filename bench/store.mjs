// What lists, a run's samples and deleting cost with 200,000 samples in the database and with many more: milliseconds, blocks of 8 KB that the statements
// touched, and how deep the indexes are, from which what a further tenfold brings can be read. Bodies are small.
//   npm run bench -- store [SAMPLES]
// A million take 1.5 GB in /tmp and some minutes; they are deleted at the end.
import { statfsSync } from "node:fs"
import { tmpdir } from "node:os"
import pg from "pg"
import { growRuns, withoutIndexes } from "./lib/grown.mjs"
import { median } from "./lib/numbers.mjs"
import { blocksOf, planSettings, plansOf } from "./lib/plans.mjs"
import { startModel, startPlatform } from "./lib/served.mjs"

const bytesPerSample = 1500
const runs = 100_000
const large = 100_000
const small = 1000
const smallDeleted = 20
const asks = 5
const looks = 3
/** Of all samples, those in large runs. */
const largeShare = 0.9

/** @typedef {Awaited<ReturnType<typeof startPlatform>>} Platform */

/** @param {string[]} args */
export async function store([samples = "1000000"]) {
  const many = Number(samples)
  const { bavail, bsize } = statfsSync(tmpdir())
  if (bavail * bsize < many * bytesPerSample * 1.2)
    throw new Error(
      `${tmpdir()} has ${((bavail * bsize) / 1e9).toFixed(0)} GB free, and ${many} samples take ${((many * bytesPerSample) / 1e9).toFixed(0)}`,
    )
  const model = await startModel(0)
  const platform = await startPlatform({
    providers: [{ id: "bench", name: "Bench", base_url: model.url }],
    settings: { FRPS: "off", LOCAL_MODEL: "0", WARM_PROCESSES: "0" },
    postgresSettings: { ...planSettings, wal_level: "minimal", max_wal_senders: "0" },
  })
  const database = new pg.Client({ connectionString: platform.databaseUrl })
  await database.connect()
  try {
    const environment = await platform.environment("word-arithmetic")
    const template = await platform.launch(environment.id, "bench/bench", { num_examples: 20, rollouts_per_example: 5 })
    await platform.ended(template)
    await database.query("set synchronous_commit = off")
    const fill = new Fill(database, template)
    const bench = { platform, database, fill }
    await withoutIndexes(database, async () => {
      await growRuns(database, template, runs)
      await fill.runs(2, large)
      await fill.runs(smallDeleted, small)
    })
    const before = await measure(bench)
    const largeRuns = Math.max(2, Math.round((many * largeShare) / large))
    const begin = performance.now()
    await withoutIndexes(database, async () => {
      await fill.runs(largeRuns, large)
      await fill.runs(Math.max(smallDeleted, Math.round((many - largeRuns * large) / small)), small)
    })
    console.log(`Filled in ${((performance.now() - begin) / 1000).toFixed(0)} s.`)
    const after = await measure(bench)
    console.log(`${"".padEnd(48)}${`${before.samples} samples`.padStart(28)}${`${after.samples} samples`.padStart(28)}`)
    for (const [name, { ms, blocks }] of before.asked) {
      const then = after.asked.get(name)
      const cell = (/** @type {number} */ time, /** @type {number} */ touched) => `${time.toFixed(1)} ms, ${touched} blocks`.padStart(28)
      console.log(`${name.padEnd(48)}${cell(ms, blocks)}${cell(then?.ms ?? 0, then?.blocks ?? 0)}`)
    }
    for (const { name, lines } of after.indexes) console.log(`${name.padEnd(48)}${lines}`)
  } finally {
    await database.end()
    await platform.stop()
    model.stop()
  }
}

/** Makes samples out of those of one real run, inside Postgres. */
class Fill {
  #runs = 0
  /** @type {Map<number, string[]>} */
  #filled = new Map()

  /** @param {pg.Client} database @param {string} template a run of 100 samples */
  constructor(database, template) {
    this.database = database
    this.template = template
  }

  /** A run of so many samples that is still there, the one that was made last. @param {number} size */
  take(size) {
    const id = this.#filled.get(size)?.pop()
    if (!id) throw new Error(`there is no run of ${size} samples left`)
    return id
  }

  /** @param {number} count @param {number} size samples of each */
  async runs(count, size) {
    const known = this.#filled.get(size) ?? []
    this.#filled.set(size, known)
    for (let run = 0; run < count; run++) {
      this.#runs++
      const id = `r${String(this.#runs).padStart(23, "0")}`
      await this.#fill(id, size, known.length < 2)
      known.push(id)
    }
  }

  /** @param {string} id @param {number} size @param {boolean} isSearched */
  async #fill(id, size, isSearched) {
    const { rows } = await this.database.query(
      "select attname from pg_attribute where attrelid = 'samples'::regclass and attnum > 0 and not attisdropped",
    )
    const columns = rows.map(({ attname }) => attname)
    /** @type {Record<string, string>} */
    const own = {
      evaluation_id: "$1::text",
      seq: "t.seq + n * 100",
      id: "'s' || $2 || lpad((t.seq + n * 100)::text, 12, '0')",
      dedupe_key: "(t.seq + n * 100)::text",
      example_id: "((t.seq + n * 100) / 5)::text",
      example_order: "(t.seq + n * 100) / 5",
      outcome: "case when (t.seq + n) % 20 = 3 then 'error' else 'ok' end",
      reward: "((n * 37 + t.seq) % 100) / 100.0",
      prompt_preview: "left(t.prompt_preview, 40)",
      completion_preview: "left(t.completion_preview, 40)",
    }
    const run = String(this.#runs).padStart(8, "0")
    await this.database.query(
      `insert into samples (${columns.join(", ")})
       select ${columns.map((name) => own[name] ?? `t.${name}`).join(", ")}
       from samples t, generate_series(0, $3::int / 100 - 1) n where t.evaluation_id = $4 and t.seq <= 100 order by n, t.seq`,
      [id, run, size, this.template],
    )
    const ofRun = "from samples s where s.evaluation_id = $1"
    await this.database.query(
      `insert into sample_bodies (sample_id, body)
       select s.id, ('{"prompt":[{"role":"user","content":"' || left(md5(s.id), 12) || '"}],"completion":[{"role":"assistant","content":"7"}]}')::json ${ofRun} order by s.seq`,
      [id],
    )
    await this.database.query(
      `insert into sample_metrics (evaluation_id, name, value, seq) select s.evaluation_id, 'correct', s.reward, s.seq ${ofRun}`,
      [id],
    )
    if (isSearched)
      await this.database.query(
        `insert into sample_texts (sample_id, place, evaluation_id, owner, text, shown, spots)
         select s.id, 0, s.evaluation_id, e.user_id, md5(s.id) || ' apples', md5(s.id) || ' apples', '[]' from samples s join evaluations e on e.id = s.evaluation_id where e.id = $1`,
        [id],
      )
    await this.database.query(
      "update evaluations set samples_done = $2, samples_errored = $2 / 20, reward_count = $2, reward_sum = $2 / 2.0 where id = $1",
      [id, size],
    )
  }
}

/**
 * @param {{ platform: Platform, database: pg.Client, fill: Fill }} bench
 * @returns {Promise<{ samples: number, asked: Map<string, { ms: number, blocks: number }>, indexes: { name: string, lines: string }[] }>}
 */
async function measure({ platform, database, fill }) {
  await database.query("vacuum analyze")
  const { rows } = await database.query("select count(*)::int as samples from samples")
  const asked = new Map()
  const run = fill.take(large)
  const samples = `/evaluations/${run}/sample-summaries?limit=100`
  /** @type {[string, string][]} */
  const questions = [
    ["list of runs", "/evaluations/?limit=20"],
    ["list of runs by score", "/evaluations/?limit=20&sort_by=avg_score"],
    ["a run", `/evaluations/${run}`],
    ["its samples", samples],
    ["its samples, the last page", `${samples}&skip=${large - 100}`],
    ["its samples by reward", `${samples}&sort_by=reward`],
    ["its samples with errors", `${samples}&outcome=error`],
  ]
  for (const [name, path] of questions) {
    const ask = () => platform.call("GET", path)
    await ask()
    const times = []
    for (let i = 0; i < asks; i++) times.push(await timeOf(ask))
    // What else the platform asks now and then comes on top: the least is the question's own.
    const blocks = []
    for (let i = 0; i < looks; i++) blocks.push(blocksOf(await plansOf(database, platform.dataDir, ask)))
    asked.set(name, { ms: median(times), blocks: Math.min(...blocks) })
  }
  asked.set(`deleting it (${large} samples)`, await workOf({ platform, database }, () => platform.call("DELETE", `/evaluations/${run}`)))
  const few = Array.from({ length: smallDeleted }, () => fill.take(small))
  const deleteFew = async () => {
    for (const id of few) await platform.call("DELETE", `/evaluations/${id}`)
  }
  asked.set(`deleting ${smallDeleted} of ${small}`, await workOf({ platform, database }, deleteFew))
  return { samples: rows[0].samples, asked, indexes: await indexesOf(database) }
}

/**
 * Something that can be done once only, with all that its triggers touch, which plans do not say.
 * @param {{ platform: Platform, database: pg.Client }} bench @param {() => Promise<unknown>} work
 */
async function workOf({ database }, work) {
  const before = await blocksInAll(database)
  const ms = await timeOf(work)
  return { ms, blocks: (await blocksInAll(database)) - before }
}

/** Blocks that this database's statements have touched so far. @param {pg.Client} database @returns {Promise<number>} */
async function blocksInAll(database) {
  // Backends add theirs at most once a second.
  await new Promise((done) => setTimeout(done, 2000))
  const { rows } = await database.query("select blks_hit + blks_read as blocks from pg_stat_database where datname = current_database()")
  return Number(rows[0].blocks)
}

/** @param {() => Promise<unknown>} work */
async function timeOf(work) {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

/** How large the indexes of samples are, and how many blocks a look at one row passes. @param {pg.Client} database */
async function indexesOf(database) {
  await database.query("create extension if not exists pageinspect")
  const { rows } = await database.query(
    `select c.relname as name, pg_relation_size(c.oid) as bytes, (bt_metap(c.relname)).level + 1 as levels
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
     where a.amname = 'btree' and i.indrelid in ('samples'::regclass, 'sample_bodies'::regclass, 'sample_metrics'::regclass) order by bytes desc`,
  )
  return rows.map(({ name, bytes, levels }) => ({ name, lines: `${(bytes / 1e6).toFixed(0)} MB, ${levels} levels` }))
}
