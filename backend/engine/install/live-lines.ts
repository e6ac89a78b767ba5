import type { StoredLogLine } from "../../store/logs/log-chunks.ts"

const everyMs = 1000

/** Collects lines and writes them down about once a second, one batch after the other. */
export class LiveLines {
  #waiting: StoredLogLine[] = []
  #written = Promise.resolve()
  #timer: NodeJS.Timeout

  constructor(private readonly write: (lines: StoredLogLine[]) => Promise<void>) {
    this.#timer = setInterval(() => void this.#flush().catch(() => {}), everyMs)
    this.#timer.unref()
  }

  add = (line: StoredLogLine): void => void this.#waiting.push(line)

  /** Writes the rest. @throws what a write threw, since which nothing was written */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#flush()
  }

  #flush(): Promise<void> {
    const lines = this.#waiting.splice(0)
    if (lines.length > 0) this.#written = this.#written.then(() => this.write(lines))
    return this.#written
  }
}
