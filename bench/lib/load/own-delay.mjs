import { monitorEventLoopDelay } from "node:perf_hooks"

/** The timer that is looked at, which is not late by itself. */
const everyMs = 10

/**
 * How late the process that makes the load is itself, and how much of the processor it takes. What an answer waits for here is no time of the
 * platform's, although it is in the times of the requests.
 */
export class OwnDelay {
  #delay = monitorEventLoopDelay({ resolution: everyMs })
  #cpu = process.cpuUsage()

  constructor() {
    this.#delay.enable()
  }

  /** @param {number} seconds since the beginning */
  words(seconds) {
    this.#delay.disable()
    const { user, system } = process.cpuUsage(this.#cpu)
    const late = (/** @type {number} */ nanoseconds) => Math.max(0, nanoseconds / 1e6 - everyMs).toFixed(0)
    return (
      `the load itself: ${((user + system) / 1e6 / seconds).toFixed(2)} of a core, late by ${late(this.#delay.percentile(50))} ms in the median, ` +
      `p99 ${late(this.#delay.percentile(99))}, longest ${late(this.#delay.max)}`
    )
  }
}
