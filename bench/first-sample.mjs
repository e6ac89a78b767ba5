// From the click (the launch request) to the first stored sample, with a warm environment, against the library's own command
// until its first answered rollout: `vf-eval` of one example. Both at an endpoint that answers at once; they take turns. The run is
// on this machine, or on a cluster of two nodes that is started on it, whose programs `npm run test:kubernetes` builds.
//   npm run bench -- first-sample [ROUNDS] [local | slurm | kubernetes]
import { setTimeout as sleep } from "node:timers/promises"
import { clusters } from "../backend/testing/clusters.ts"
import { median, seconds, spread } from "./lib/numbers.mjs"
import { installForAuthor, startModel, startPlatform, vfEval } from "./lib/served.mjs"

/** Time for a process to be ready for the next run, as between two launches of a person. */
const betweenMs = 8000

/** @param {string[]} args */
export async function firstSample([rounds = "7", where = "local"]) {
  const startCluster = clusters[where]
  if (!startCluster && where !== "local") throw new Error(`Where? local, ${Object.keys(clusters).join(", ")}`)
  const cluster = await startCluster?.()
  const model = await startModel(0)
  const platform = await startPlatform({
    providers: [{ id: "bench", name: "Bench", base_url: model.url }],
    ...(cluster && { engines: [cluster.engine], settings: { HOST: cluster.address } }),
  })
  const author = await installForAuthor(platform.python, "word_arithmetic")
  const config = { num_examples: 20, rollouts_per_example: 2, ...(cluster && { executor: "cluster", cpu_cores: 1, memory_gb: 1 }) }
  /** @type {number[]} */
  const hosted = []
  /** @type {number[]} */
  const alone = []
  try {
    const environment = await platform.environment("word-arithmetic")
    for (let round = 0; round <= Number(rounds); round++) {
      await sleep(betweenMs)
      const begin = performance.now()
      const id = await platform.launch(environment.id, "bench/bench", config)
      await platform.until(
        async () => ((await platform.call("GET", `/evaluations/${id}/sample-summaries?limit=1`)).total > 0 ? true : undefined),
        10,
      )
      const first = performance.now() - begin
      await platform.ended(id)
      await sleep(betweenMs)
      const start = performance.now()
      await vfEval(author.programs, model.url, { examples: 1, rolloutsPerExample: 1, maxConcurrent: 1 })
      const library = performance.now() - start
      if (round === 0) continue
      hosted.push(first)
      alone.push(library)
    }
  } finally {
    await platform.stop()
    await cluster?.stop()
    author.remove()
    model.stop()
  }
  const ratios = hosted.map((time, i) => time / (alone[i] ?? Number.NaN))
  console.log(
    `first stored sample: hosted ${seconds(median(hosted))} (slowest ${seconds(Math.max(...hosted))}), vf-eval ${seconds(median(alone))}, ratio ${spread(ratios)}`,
  )
}
