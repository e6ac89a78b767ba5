// What the model that runs on this machine makes of it: tokens a second by number of threads, and by answers at once.
//   npm run bench -- local-model
import { availableParallelism } from "node:os"
import { Engine } from "../backend/inference/local/process/engine.mjs"
import { localModelFolder, prepareLocalModel } from "../scripts/lib/local-model.mjs"
import { findPython } from "../scripts/lib/machine.mjs"
import { preparePython } from "../scripts/lib/python.mjs"
import { readSettings } from "../scripts/lib/settings.mjs"

const TOKENS = 48

/** @param {string[]} _args */
export async function localModel(_args) {
  const { dataDir } = readSettings({ DATA_DIR: process.env.DATA_DIR })
  const folder = localModelFolder(dataDir)
  await prepareLocalModel({ folder, python: await preparePython({ dataDir, python: await findPython() }) })
  const begin = performance.now()
  const { engine, threads } = await Engine.load(folder)
  const seconds = (performance.now() - begin) / 1000
  const megabytes = process.memoryUsage().rss / 1e6
  console.log(
    `loaded and measured in ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB; it chooses ${threads} of ${availableParallelism()} threads`,
  )
  for (let count = 1; count <= availableParallelism(); count *= 2) {
    engine.threads = count
    const made = await engine.measure(TOKENS, 20_000)
    console.log(`${count} ${count === 1 ? "thread " : "threads"}: ${made.toFixed(1)} tokens a second`)
  }
  engine.threads = threads
  for (const atOnce of [1, 2, 4]) {
    const start = performance.now()
    const answers = await Promise.all(Array.from({ length: atOnce }, (_, i) => story(engine, i)))
    const tokens = answers.reduce((sum, { completionTokens }) => sum + completionTokens, 0)
    console.log(`${atOnce} at once: ${(tokens / ((performance.now() - start) / 1000)).toFixed(1)} tokens a second in all, prompts included`)
  }
  process.exit()
}

/** @param {Engine} engine @param {number} seed */
const story = (engine, seed) =>
  engine.answer(
    {
      messages: [{ role: "user", text: "Write a story about a lighthouse." }],
      maxTokens: TOKENS,
      temperature: 1,
      topP: 1,
      topK: 0,
      minP: 0,
      seed,
      stop: [],
      frequencyPenalty: 0,
      presencePenalty: 0,
    },
    { begin: () => {}, text: () => {} },
    new AbortController().signal,
  )
