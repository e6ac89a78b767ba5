import type { LogFilter, LogLine } from "@/contract/index.ts"
import type { LogQuery, RunReads } from "@/lib/reads/reads.ts"
import { type LogSource, lineCharactersMax, PagedLines } from "./paged-lines.ts"

/** Counting stops here; isCut tells that there may be more. */
const hitsMax = 200_000

/** The lines that match a filter. Their numbers are read at once, their text when they come into view. */
export class FoundLines extends PagedLines implements LogSource {
  readonly #numbers: number[] = []
  #next = 0
  #reading: Promise<void> | null = null
  /** Everything written so far has been searched. */
  isComplete = false

  constructor(
    private readonly reads: Pick<RunReads, "logLines" | "logHits">,
    private readonly filter: LogFilter,
    now: () => number = Date.now,
  ) {
    super(reads.logLines, now)
  }

  get count(): number {
    return this.#numbers.length
  }

  /** There may be more hits than are counted. */
  get isCut(): boolean {
    return this.#numbers.length >= hitsMax
  }

  indexOf = (n: number): number | null => {
    const at = this.#firstFrom(n)
    return this.#numbers[at] === n ? at : null
  }

  /** The number of the next hit after a line, or before it; past the last one comes the first again. */
  neighbour(n: number | null, step: 1 | -1): number | null {
    if (this.count === 0) return null
    const at = n === null ? (step === 1 ? 0 : this.count - 1) : step === 1 ? this.#firstFrom(n + 1) : this.#firstFrom(n) - 1
    return this.#numbers[(at + this.count) % this.count] ?? null
  }

  readNew = (): Promise<void> => {
    this.#reading ??= this.#readHits().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  protected readRange = async (from: number, to: number): Promise<LogLine[]> => {
    const query: LogQuery = { ...this.filter, from: this.#numbers[from] ?? 0, limit: to - from, characters: lineCharactersMax }
    return (await this.reads.logLines(query)).lines
  }

  /** Index of the first hit at or after line `n`. */
  #firstFrom(n: number): number {
    let low = 0
    for (let high = this.#numbers.length; low < high; ) {
      const middle = (low + high) >> 1
      if ((this.#numbers[middle] ?? 0) < n) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The platform searches one part of the log per request. */
  async #readHits(): Promise<void> {
    try {
      for (;;) {
        const { numbers, next, total } = await this.reads.logHits({ ...this.filter, from: this.#next })
        for (const n of numbers) if (n >= this.#next && this.#numbers.length < hitsMax) this.#numbers.push(n)
        const isAtEnd = next >= total || next <= this.#next || this.isCut
        this.#next = Math.max(this.#next, next)
        this.isComplete = isAtEnd && !this.isCut
        this.error = null
        this.changed()
        if (isAtEnd) return
      }
    } catch (error) {
      this.failed(error)
    }
  }
}
