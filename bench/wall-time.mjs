// How long a hosted run takes against `vf-eval` alone, for the same 2,000 rollouts at the same endpoint; both in one process and in two.
// They end when every row is stored, and take turns. vf-eval imports the library first; the platform keeps a process ready that has.
// A run that asks for no number of processes begins as one and splits where cores are idle. Beside it the processor's time that each part of the
// platform takes, which hardly depends on what else the machine does.
//   npm run bench -- wall-time [ROUNDS] [LATENCY_MS …]
import { loadavg } from "node:os"
import { setTimeout as sleep } from "node:timers/promises"
import { CpuMeter } from "./lib/cpu.mjs"
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
  const cpu = new CpuMeter(platform.dataDir, model.pid)
  try {
    const environment = await platform.environment("word-arithmetic")
    const hosted = async (/** @type {number | undefined} */ shards) => {
      const config = { num_examples: examples, rollouts_per_example: rolloutsPerExample, max_concurrent: maxConcurrent, shards }
      const run = await platform.ended(await platform.launch(environment.id, "bench/bench", config))
      if (run.status !== "COMPLETED" || run.total_samples !== examples * rolloutsPerExample)
        throw new Error(`the hosted run ended as ${run.status} with ${run.total_samples} samples`)
    }
    const alone = async (/** @type {number | undefined} */ workers) => {
      const { cpuSeconds } = await vfEval(author.programs, model.url, workers === undefined ? size : { ...size, workers })
      return new Map([["vf-eval", cpuSeconds]])
    }
    const rows = [
      { name: "vf-eval", work: () => alone(undefined) },
      { name: "vf-eval, two workers", work: () => alone(2) },
      { name: "hosted", work: () => hosted(undefined) },
      { name: "hosted, one process", work: () => hosted(1) },
      { name: "hosted, two shards", work: () => hosted(2) },
    ].map((row) => ({ ...row, times: /** @type {number[]} */ ([]), parts: /** @type {Map<string, number>[]} */ ([]) }))
    // The first of each fills caches of the file system and does not count.
    for (let round = 0; round <= rounds; round++) {
      for (const row of rows) {
        // After a run a process gets ready for the next one; that must not slow vf-eval down.
        await sleep(settleMs)
        cpu.take()
        const begin = performance.now()
        const own = await row.work()
        if (round === 0) continue
        row.times.push(performance.now() - begin)
        const parts = cpu.take()
        // The platform waits meanwhile, which is not the library's matter.
        row.parts.push(own ? new Map([...own, ["model", parts.get("model") ?? 0]]) : parts)
      }
      if (round > 0) console.log(`  round ${round}: ${rows.map(({ name, times }) => `${name} ${seconds(times.at(-1) ?? 0)}`).join(", ")}`)
    }
    const library = rows[0]?.times ?? []
    console.log(
      `${examples * rolloutsPerExample} rollouts at ${latencyMs} ms, load ${loadavg()
        .map((one) => one.toFixed(1))
        .join(" ")}:`,
    )
    for (const { name, times } of rows)
      console.log(`  ${name}: ${seconds(median(times))}, ratio ${spread(times.map((time, i) => time / (library[i] ?? Number.NaN)))}`)
    console.log(cpuTable(rows))
  } finally {
    cpu.stop()
    await platform.stop()
    author.remove()
    model.stop()
  }
}

/**
 * Seconds of the processor by part and row, medians of the rounds.
 * @param {{ name: string, parts: Map<string, number>[] }[]} rows
 */
export function cpuTable(rows) {
  const names = [...new Set(rows.flatMap(({ parts }) => parts.flatMap((one) => [...one.keys()])))]
  const of = (/** @type {Map<string, number>[]} */ parts, /** @type {string} */ name) => median(parts.map((one) => one.get(name) ?? 0))
  const sum = (/** @type {Map<string, number>} */ one) => [...one.values()].reduce((all, seconds) => all + seconds, 0)
  const lines = [
    ["seconds of the processor", ...rows.map(({ name }) => name)],
    ...names.map((name) => [name, ...rows.map(({ parts }) => of(parts, name).toFixed(1))]),
    ["all", ...rows.map(({ parts }) => median(parts.map(sum)).toFixed(1))],
  ]
  const widths = lines[0]?.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? "").length))) ?? []
  return lines
    .map((line) => `  ${line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}`)
    .join("\n")
}
