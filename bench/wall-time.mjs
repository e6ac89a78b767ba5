// How long a hosted run takes against `vf-eval` alone, for the same 2,000 rollouts at the same endpoint; both in one process and in two.
// They end when every row is stored, and take turns. vf-eval imports the library first; the platform keeps a process ready that has.
//   npm run bench -- wall-time [ROUNDS] [LATENCY_MS …]
import { loadavg } from "node:os"
import { setTimeout as sleep } from "node:timers/promises"
import { median, seconds, spread } from "./lib/numbers.mjs"
import { installForAuthor, startModel, startPlatform, vfEval } from "./lib/served.mjs"

const examples = 200
const rolloutsPerExample = 10
const maxConcurrent = 64
const settleMs = 5000

/** @param {string[]} args */
export async function wallTime([rounds = "5", ...latencies]) {
  for (const latency of latencies.length > 0 ? latencies.map(Number) : [0, 50]) await compare(Number(rounds), latency)
}

/** @param {number} rounds @param {number} latencyMs */
async function compare(rounds, latencyMs) {
  const model = await startModel(latencyMs)
  const platform = await startPlatform({ providers: [{ id: "bench", name: "Bench", base_url: model.url }] })
  const author = await installForAuthor(platform.python, "word_arithmetic")
  const size = { examples, rolloutsPerExample, maxConcurrent }
  try {
    const environment = await platform.environment("word-arithmetic")
    const hosted = async (/** @type {number} */ shards) => {
      const config = { num_examples: examples, rollouts_per_example: rolloutsPerExample, max_concurrent: maxConcurrent, shards }
      const run = await platform.ended(await platform.launch(environment.id, "bench/bench", config))
      if (run.status !== "COMPLETED" || run.total_samples !== examples * rolloutsPerExample)
        throw new Error(`the hosted run ended as ${run.status} with ${run.total_samples} samples`)
    }
    const rows = [
      { name: "vf-eval", work: () => vfEval(author.programs, model.url, size) },
      { name: "vf-eval, two workers", work: () => vfEval(author.programs, model.url, { ...size, workers: 2 }) },
      { name: "hosted", work: () => hosted(1) },
      { name: "hosted, two shards", work: () => hosted(2) },
    ].map((row) => ({ ...row, times: /** @type {number[]} */ ([]) }))
    // The first of each fills caches of the file system and does not count.
    for (let round = 0; round <= rounds; round++) {
      for (const row of rows) {
        // After a run a process gets ready for the next one; that must not slow vf-eval down.
        await sleep(settleMs)
        const begin = performance.now()
        await row.work()
        if (round > 0) row.times.push(performance.now() - begin)
      }
      if (round > 0) console.log(`  round ${round}: ${rows.map(({ name, times }) => `${name} ${seconds(times.at(-1) ?? 0)}`).join(", ")}`)
    }
    const alone = rows[0]?.times ?? []
    console.log(
      `${examples * rolloutsPerExample} rollouts at ${latencyMs} ms, load ${loadavg()
        .map((one) => one.toFixed(1))
        .join(" ")}:`,
    )
    for (const { name, times } of rows)
      console.log(`  ${name}: ${seconds(median(times))}, ratio ${spread(times.map((time, i) => time / (alone[i] ?? Number.NaN)))}`)
  } finally {
    await platform.stop()
    author.remove()
    model.stop()
  }
}
