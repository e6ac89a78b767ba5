// From the click (the launch request) to the first stored sample, with a warm environment, against the library's own command
// until its first answered rollout: `vf-eval` of one example. Both at an endpoint that answers at once; they take turns.
//   npm run bench -- first-sample [ROUNDS]
import { setTimeout as sleep } from "node:timers/promises"
import { median, seconds, spread } from "./lib/numbers.mjs"
import { installForAuthor, startModel, startPlatform, vfEval } from "./lib/served.mjs"

/** Time for a process to be ready for the next run, as between two launches of a person. */
const betweenMs = 8000

/** @param {string[]} args */
export async function firstSample([rounds = "7"]) {
  const model = await startModel(0)
  const platform = await startPlatform({ providers: [{ id: "bench", name: "Bench", base_url: model.url }] })
  const author = await installForAuthor(platform.python, "word_arithmetic")
  /** @type {number[]} */
  const hosted = []
  /** @type {number[]} */
  const alone = []
  try {
    const environment = await platform.environment("word-arithmetic")
    for (let round = 0; round <= Number(rounds); round++) {
      await sleep(betweenMs)
      const begin = performance.now()
      const id = await platform.launch(environment.id, "bench/bench", { num_examples: 20, rollouts_per_example: 2 })
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
    author.remove()
    model.stop()
  }
  const ratios = hosted.map((time, i) => time / (alone[i] ?? Number.NaN))
  console.log(
    `first stored sample: hosted ${seconds(median(hosted))} (slowest ${seconds(Math.max(...hosted))}), vf-eval ${seconds(median(alone))}, ratio ${spread(ratios)}`,
  )
}
