/** Kinds of requests of browsers: pages, what pages read, and files. */
const byBrowsers = new Set(["page", "read", "file"])

/** Counts requests of a load: their times by kind, and what failed. */
export class Tally {
  /** @type {Map<string, number[]>} */
  #times = new Map()
  #bytesHeard = 0
  /** How often each message came. @type {Map<string, number>} */
  errors = new Map()

  /** Pages that browsers opened. */
  opened = 0

  /** Does a request and counts it; a failure is counted and passed on. @template T @param {string} kind @param {() => Promise<T>} request @returns {Promise<T>} */
  async time(kind, request) {
    const begin = performance.now()
    try {
      return await request()
    } catch (error) {
      this.failed(error)
      // A browser goes on without what it did not get.
      if (byBrowsers.has(kind)) return /** @type {T} */ (undefined)
      throw error
    } finally {
      const times = this.#times.get(kind)
      if (times) times.push(performance.now() - begin)
      else this.#times.set(kind, [performance.now() - begin])
    }
  }

  /** @param {unknown} error */
  failed(error) {
    const { message, cause } = error instanceof Error ? error : new Error(String(error))
    const text = cause instanceof Error ? `${message}: ${cause.message}` : message
    this.errors.set(text, (this.errors.get(text) ?? 0) + 1)
  }

  /** Milliseconds of each request of a kind. @param {string} kind @returns {readonly number[]} */
  times(kind) {
    return this.#times.get(kind) ?? []
  }

  /** @param {number} bytes of an event stream */
  heard(bytes) {
    this.#bytesHeard += bytes
  }

  get kilobytesHeard() {
    return Math.round(this.#bytesHeard / 1024)
  }

  get requests() {
    return this.#all.length
  }

  /** Of the kind that is slowest. */
  get longestP99() {
    return Math.max(...[...this.#times.values()].map((times) => quantile(times, 0.99)))
  }

  get #all() {
    return [...this.#times.values()].flat()
  }

  /** Median, p95, p99 and the longest of each kind, in milliseconds. */
  table() {
    const lines = [...this.#times, /** @type {const} */ (["all", this.#all])].map(([kind, times]) =>
      [
        kind.padEnd(10),
        String(times.length).padStart(9),
        ...[0.5, 0.95, 0.99, 1].map((share) => `${quantile(times, share).toFixed(0)} ms`.padStart(10)),
      ].join(""),
    )
    return [
      `${"".padEnd(10)}${"requests".padStart(9)}${["median", "p95", "p99", "longest"].map((word) => word.padStart(10)).join("")}`,
      ...lines,
    ].join("\n")
  }
}

/** The smallest value that this share of the values does not exceed; NaN of none. @param {readonly number[]} values @param {number} share */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
