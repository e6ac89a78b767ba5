// What a run costs the machine: memory of a run that waits for its model, and CPU of 1,000 rollouts, against `vf-eval` alone.
//   npm run bench -- footprint
import { readdirSync, readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { installForAuthor, startModel, startPlatform, vfEval } from "./lib/served.mjs"

const clockTicks = 100

/** @param {string[]} _args */
export async function footprint(_args) {
  await idleRuns(3)
  await cpuOfRollouts(100, 10)
}

/** Proportional memory of everything below the worker's and its runs' sessions, with some runs waiting and without. @param {number} runs */
async function idleRuns(runs) {
  const model = await startModel(120_000)
  const platform = await startPlatform({ providers: [{ id: "bench", name: "Bench", base_url: model.url }] })
  try {
    const environment = await platform.environment("word-arithmetic")
    await sleep(5000)
    const before = memoryMb(platform.dataDir)
    for (let run = 0; run < runs; run++) {
      const id = await platform.launch(environment.id, "bench/bench", { num_examples: 8, rollouts_per_example: 1 })
      await platform.until(async () => ((await platform.call("GET", `/evaluations/${id}`)).progress.started === 8 ? true : undefined), 100)
    }
    await sleep(2000)
    const more = memoryMb(platform.dataDir) - before
    console.log(`idle run: ${(more / runs).toFixed(0)} MB each (proportional set size of its processes, ${runs} runs)`)
  } finally {
    await platform.stop()
    model.stop()
  }
}

/** @param {number} examples @param {number} rolloutsPerExample */
async function cpuOfRollouts(examples, rolloutsPerExample) {
  const model = await startModel(0)
  const platform = await startPlatform({ providers: [{ id: "bench", name: "Bench", base_url: model.url }] })
  const author = await installForAuthor(platform.python, "word_arithmetic")
  try {
    const environment = await platform.environment("word-arithmetic")
    const size = { examples, rolloutsPerExample, maxConcurrent: 64 }
    await vfEval(author.programs, model.url, size)
    const alone = await vfEval(author.programs, model.url, size)
    const before = cpuSeconds(platform.workerPid)
    const id = await platform.launch(environment.id, "bench/bench", {
      num_examples: examples,
      rollouts_per_example: rolloutsPerExample,
      max_concurrent: 64,
    })
    await platform.ended(id)
    const worker = cpuSeconds(platform.workerPid) - before
    const thousands = (examples * rolloutsPerExample) / 1000
    console.log(
      `CPU of 1,000 rollouts: worker and gateway ${(worker / thousands).toFixed(2)} s beside the environment's own process; vf-eval alone ${(alone.cpuSeconds / thousands).toFixed(2)} s`,
    )
  } finally {
    await platform.stop()
    author.remove()
    model.stop()
  }
}

/** Megabytes of every process that works in the data folder. @param {string} dataDir */
function memoryMb(dataDir) {
  let kilobytes = 0
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const about = readFileSync(`/proc/${pid}/cmdline`, "utf8") + readFileSync(`/proc/${pid}/environ`, "utf8")
      if (!about.includes(dataDir)) continue
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0)
    } catch {
      // It ended meanwhile.
    }
  }
  return kilobytes / 1024
}

/** User and system time of a process and of its children that have ended. @param {number} pid */
function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) / clockTicks
}
