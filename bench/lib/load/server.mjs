import { setTimeout as sleep } from "node:timers/promises"

const everyMs = 1000
/** The least memory in use may be this much larger in the last third than in the second: caches fill. */
const growth = { factor: 1.1, mb: 30 }

/** The process that answers, as its metrics show it. */
export class Server {
  #origin

  /** @param {string} origin */
  constructor(origin) {
    this.#origin = origin
  }

  /** Looks until the end. @param {AbortSignal} end @returns {Promise<{ cpu: number, memory: ReturnType<typeof judgeMemory> }>} cpu: seconds of the processor */
  async watch(end) {
    /** @type {{ cpu: number, used: number, resident: number }[]} */
    const seen = []
    while (!end.aborted) {
      const text = await fetch(`${this.#origin}/api/v1/metrics`)
        .then((response) => response.text())
        .catch(() => "")
      const value = (/** @type {string} */ name) => Number(new RegExp(`^${name} ([\\d.e+]+)`, "m").exec(text)?.[1])
      const used = (value("nodejs_heap_size_used_bytes") + value("nodejs_external_memory_bytes")) / 1024 ** 2
      if (used > 0)
        seen.push({ cpu: value("process_cpu_seconds_total"), used, resident: value("process_resident_memory_bytes") / 1024 ** 2 })
      await sleep(everyMs, undefined, { signal: end }).catch(() => {})
    }
    return { cpu: (seen.at(-1)?.cpu ?? Number.NaN) - (seen[0]?.cpu ?? Number.NaN), memory: judgeMemory(seen) }
  }
}

/**
 * Whether memory is flat. What is in use rises until it is collected and falls then, and what is resident follows when the system likes: neither a mean nor a
 * value at the end says anything. What is held for good is the least that was in use over some time.
 * @param {{ used: number, resident: number }[]} seen megabytes, in the order of time
 */
export function judgeMemory(seen) {
  const third = Math.floor(seen.length / 3)
  const least = (/** @type {typeof seen} */ values) => Math.min(...values.map(({ used }) => used))
  const floors = [seen.slice(0, third), seen.slice(third, 2 * third), seen.slice(2 * third)].map(least)
  const [, before = 0, after = 0] = floors
  return {
    isFlat: third > 0 && after < Math.max(before * growth.factor, before + growth.mb),
    words:
      `at least ${floors.map((one) => one.toFixed(0)).join(", ")} MB in use in each third of the time, ` +
      `at most ${Math.max(0, ...seen.map(({ resident }) => resident)).toFixed(0)} resident`,
  }
}
