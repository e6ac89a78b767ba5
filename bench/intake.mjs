// How quickly a worker takes in what runs write: bytes a second of events that become samples, secrets masked and every line checked, beside Postgres' own
// COPY of the same bytes into a table of one column. Both sync, and take turns. Rows are of 3 KB, as a single turn's are, of 6 KB, as those of a short conversation, and of 16 KB, as those of a longer one.
// What of it is Postgres' own work, which has indexes and references to keep that the table of one column has not, the processor's time shows: that depends little on
// what else the machine does.
//   npm run bench -- intake [ROLLOUTS] [ROUNDS]
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import pg from "pg"
import { readConfig } from "../backend/base/config.ts"
import { newId } from "../backend/base/ids.ts"
import { RunRecord } from "../backend/engine/run/run-record.ts"
import { createPlatform } from "../backend/platform.ts"
import { workFiles } from "../backend/sandbox/executor.ts"
import { claimRun } from "../backend/store/evaluations/run-leases.ts"
import { migrateDatabase } from "../backend/store/migrate.ts"
import { newWaitingRun } from "../backend/testing/waiting-run.ts"
import { startPostgres } from "../scripts/lib/postgres/postgres.mjs"
import { makeDataDir } from "../scripts/lib/secrets.mjs"
import { root } from "../scripts/lib/settings.mjs"
import { CpuMeter } from "./lib/cpu.mjs"
import { rowOf } from "./lib/fleet/attempt.mjs"
import { spread } from "./lib/numbers.mjs"

const rolloutsPerExample = 4
/** How many messages the rollouts have behind those of a single turn. */
const furtherMessages = [0, 6, 30]

/** @typedef {ReturnType<typeof createPlatform>} Platform */

/** @param {string[]} args */
export async function intake([rollouts = "2000", rounds = "5"]) {
  const folder = mkdtempSync(join(tmpdir(), "he-intake-"))
  // The server of the embedded Postgres is another user where this one is root.
  chmodSync(folder, 0o755)
  const dataDir = join(folder, "data")
  makeDataDir(dataDir)
  const postgres = await startPostgres({ dataDir, log: () => {} })
  const env = { DATABASE_URL: postgres.url, DATA_DIR: dataDir, SECRET_KEY: "0f".repeat(32), LOG_LEVEL: "silent" }
  const platform = createPlatform(readConfig(/** @type {any} */ (env), root), "bench")
  const database = new pg.Client({ connectionString: postgres.url })
  const meter = new CpuMeter(dataDir, 0)
  try {
    await migrateDatabase(postgres.url, join(root, "backend/store/migrations"))
    await database.connect()
    await database.query("create table copied (line text)")
    const held = /** @type {string[]} */ ([])
    for (const further of furtherMessages) {
      const text = eventsOf(Number(rollouts), further)
      const file = join(folder, `events-${further}.jsonl`)
      writeFileSync(file, text, { mode: 0o644 })
      const megabytes = Buffer.byteLength(text) / 1e6
      const rates = { copy: /** @type {number[]} */ ([]), intake: /** @type {number[]} */ ([]) }
      const processor = { copy: /** @type {number[]} */ ([]), postgres: /** @type {number[]} */ ([]), worker: /** @type {number[]} */ ([]) }
      const eachOf = (/** @type {number} */ seconds) => (seconds * 1e6) / Number(rollouts)
      // The first of each fills caches and does not count.
      for (let round = 0; round <= Number(rounds); round++) {
        const copied = await costOf(meter, () =>
          database.query(`copy copied from '${file}' with (format csv, quote e'\\x01', delimiter e'\\x02')`),
        )
        const record = await runningRun(platform, `run-${further}-${round}`, Number(rollouts), held)
        const workDir = join(folder, `work-${further}-${round}`)
        mkdirSync(dirname(join(workDir, workFiles.events)), { recursive: true })
        writeFileSync(join(workDir, workFiles.events), text)
        const taken = await costOf(meter, () => record.takeAll({ kind: "process", id: record.id, workDir }))
        if (record.row.samplesDone !== Number(rollouts)) throw new Error(`${record.row.samplesDone} of ${rollouts} rollouts were stored`)
        if (round === 0) continue
        rates.copy.push(megabytes / copied.seconds)
        rates.intake.push(megabytes / taken.seconds)
        processor.copy.push(eachOf(copied.postgres))
        processor.postgres.push(eachOf(taken.postgres))
        processor.worker.push(eachOf(taken.own))
      }
      const size = ((megabytes * 1000) / Number(rollouts)).toFixed(1)
      console.log(`${rollouts} rollouts of ${size} KB, ${megabytes.toFixed(1)} MB of events, MB a second as median (range):`)
      console.log(`  COPY: ${spread(rates.copy)}`)
      console.log(`  intake: ${spread(rates.intake)}`)
      console.log(`  ratio: ${spread(rates.intake.map((rate, i) => rate / (rates.copy[i] ?? Number.NaN)))}`)
      console.log(`  the processor's µs a rollout, COPY: ${spread(processor.copy)}`)
      console.log(`  intake: ${spread(processor.postgres)} of Postgres, ${spread(processor.worker)} of the worker`)
    }
  } finally {
    meter.stop()
    await database.end().catch(() => {})
    await platform.close()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * A run that a worker has claimed and begun, with secrets to mask.
 * @param {Platform} platform @param {string} name @param {number} total @param {string[]} held those begun before, whose leases may run out meanwhile
 */
async function runningRun(platform, name, total, held) {
  const { services } = platform
  await newWaitingRun(/** @type {any} */ (platform), name, total)
  const row = await claimRun(services.db, { owner: name, machine: name, port: 1 }, { all: null, perUser: null, perTeam: null }, held)
  if (!row) throw new Error("there is no run to claim")
  held.push(row.id)
  const record = new RunRecord(/** @type {any} */ ({ services, owner: name, machine: name, executor: { kind: "process" } }), row)
  await record.recall()
  const deadlineAt = new Date(Date.now() + 3_600_000)
  await record.update(
    { status: "RUNNING", phase: "running", attempt: 1, machine: name, executor: "process", startedAt: new Date(), deadlineAt },
    { begins: { reason: "launched" } },
  )
  await record.gatherInjection(`her_${newId()}`, [])
  return record
}

/** What a runner writes in a run of so many rollouts. @param {number} rollouts @param {number} further messages of each */
function eventsOf(rollouts, further) {
  let seq = 0
  const line = (/** @type {string} */ kind, /** @type {object} */ body) =>
    `${JSON.stringify({ v: 1, seq: ++seq, ts: Date.now() / 1000, kind, ...body })}\n`
  const each = Array.from({ length: rollouts }, (_, i) => {
    const one = { example_id: String(Math.floor(i / rolloutsPerExample)), index: i % rolloutsPerExample }
    const row = rowOf(one)
    const more = Array.from({ length: further }, (_, place) => ({
      role: place % 2 === 0 ? "user" : "assistant",
      content: Array.from(
        { length: 4 },
        () => `${Math.random()} and then it looks at the sum once more, "step by step", before it answers\n`,
      ).join(""),
    }))
    return line("rollout.started", one) + line("rollout.finished", { ...one, row: { ...row, completion: [...row.completion, ...more] } })
  })
  return line("run.started", { total: rollouts, remaining: rollouts }) + each.join("")
}

/**
 * Seconds on the clock, and of the processor by Postgres and by this process.
 * @param {CpuMeter} meter @param {() => Promise<unknown>} work
 */
async function costOf(meter, work) {
  meter.take()
  const before = process.cpuUsage()
  const begin = performance.now()
  await work()
  const seconds = (performance.now() - begin) / 1000
  const { user, system } = process.cpuUsage(before)
  return { seconds, own: (user + system) / 1e6, postgres: meter.take().get("Postgres") ?? 0 }
}
