// How long a hosted run takes against `vf-eval` alone, for the same 2,000 rollouts at the same endpoint.
// Both end when every row is stored; they take turns. vf-eval imports the library first; the platform keeps a process ready that has.
//   npm run bench -- wall-time [ROUNDS] [LATENCY_MS …]
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
  /** @type {{ alone: number[], hosted: number[] }} */
  const times = { alone: [], hosted: [] }
  try {
    const environment = await platform.environment("word-arithmetic")
    const config = { num_examples: examples, rollouts_per_example: rolloutsPerExample, max_concurrent: maxConcurrent }
    // The first of each fills caches of the file system and does not count.
    for (let round = 0; round <= rounds; round++) {
      // After a run a process gets ready for the next one; that must not slow vf-eval down.
      await sleep(settleMs)
      const alone = await timed(() => vfEval(author.programs, model.url, { examples, rolloutsPerExample, maxConcurrent }))
      const hosted = await timed(async () => {
        const id = await platform.launch(environment.id, "bench/bench", config)
        const run = await platform.ended(id)
        if (run.status !== "COMPLETED" || run.total_samples !== examples * rolloutsPerExample)
          throw new Error(`the hosted run ended as ${run.status} with ${run.total_samples} samples`)
      })
      if (round === 0) continue
      times.alone.push(alone)
      times.hosted.push(hosted)
      console.log(`  round ${round}: vf-eval ${seconds(alone)}, hosted ${seconds(hosted)}, ratio ${(hosted / alone).toFixed(3)}`)
    }
  } finally {
    await platform.stop()
    author.remove()
    model.stop()
  }
  const ratios = times.hosted.map((time, i) => time / (times.alone[i] ?? Number.NaN))
  console.log(
    `${examples * rolloutsPerExample} rollouts at ${latencyMs} ms: vf-eval ${seconds(median(times.alone))}, hosted ${seconds(median(times.hosted))}, ratio ${spread(ratios)}`,
  )
}

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}
