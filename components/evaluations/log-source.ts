import type { ListLogLinesResponse, LogLine } from "@/contract/index.ts"
import type { LogQuery } from "@/lib/fallback.ts"

type Read = (query: LogQuery) => Promise<ListLogLinesResponse>

/** Lines of which only some are here yet. `version` grows with each change. */
export interface LogSource {
  readonly count: number
  /** Whether `count` is all there is now. */
  readonly isComplete: boolean
  readonly version: number
  /** Why the last read failed, until one succeeds. */
  readonly error: string | null
  line(index: number): LogLine | undefined
  /** Where a line with this number stands, if it can be told. */
  indexOf(n: number): number | null
  /** These lines are being looked at. */
  ensure(from: number, to: number): void
  /** Reads what was written since. */
  readOn(): Promise<void>
  subscribe(listener: () => void): () => void
}

const chunkLines = 1000
const foundPerRead = 2000
const retryMs = 3000

abstract class Observable {
  version = 0
  error: string | null = null
  readonly #listeners = new Set<() => void>()

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  protected changed(): void {
    this.version++
    for (const listener of this.#listeners) listener()
  }

  protected failed(error: unknown): void {
    this.error = error instanceof Error ? error.message : String(error)
    this.changed()
  }
}

/** A whole log, read in pieces where the reader looks. A line stands at its own number. */
export class WholeLog extends Observable implements LogSource {
  count = 0
  readonly isComplete = true
  readonly #lines = new Map<number, LogLine>()
  readonly #reading = new Set<number>()
  #blockedUntil = 0

  constructor(
    private readonly read: Read,
    first: Pick<ListLogLinesResponse, "lines" | "total">,
    private readonly now: () => number = Date.now,
  ) {
    super()
    this.#put(first)
  }

  line = (index: number): LogLine | undefined => this.#lines.get(index)

  indexOf = (n: number): number | null => (n >= 0 && n < this.count ? n : null)

  ensure = (from: number, to: number): void => {
    const end = Math.min(to, this.count)
    for (let chunk = Math.floor(Math.max(0, from) / chunkLines); chunk * chunkLines < end; chunk++) void this.#load(chunk)
  }

  readOn = async (): Promise<void> => {
    const answer = await this.read({ from: this.count, limit: chunkLines })
    if (answer.lines.length === 0 && answer.total <= this.count) return
    this.#put(answer)
    this.changed()
  }

  #put({ lines, total }: Pick<ListLogLinesResponse, "lines" | "total">): void {
    for (const line of lines) this.#lines.set(line.n, line)
    this.count = Math.max(this.count, total, (lines.at(-1)?.n ?? -1) + 1)
    this.error = null
  }

  async #load(chunk: number): Promise<void> {
    const end = Math.min((chunk + 1) * chunkLines, this.count)
    let from = chunk * chunkLines
    while (from < end && this.#lines.has(from)) from++
    if (from >= end || this.#reading.has(chunk) || this.now() < this.#blockedUntil) return
    this.#reading.add(chunk)
    try {
      const answer = await this.read({ from, limit: end - from })
      // A hole that the platform cannot fill must not be asked for without end.
      if (answer.lines.length === 0) this.#blockedUntil = this.now() + retryMs
      this.#put(answer)
      this.changed()
    } catch (error) {
      this.#blockedUntil = this.now() + retryMs
      this.failed(error)
    } finally {
      this.#reading.delete(chunk)
    }
  }
}

/** The lines that a search or a level finds, from the first on, read further as the reader comes near the end. */
export class FoundLines extends Observable implements LogSource {
  readonly #lines: LogLine[] = []
  #next = 0
  #reading: Promise<void> | null = null
  /** Everything that is written so far was looked through. */
  isComplete = false

  constructor(
    private readonly read: Read,
    private readonly filter: Pick<LogQuery, "search" | "level">,
  ) {
    super()
  }

  get count(): number {
    return this.#lines.length
  }

  line = (index: number): LogLine | undefined => this.#lines[index]

  indexOf = (n: number): number | null => {
    const at = this.#lines.findIndex((line) => line.n >= n)
    return at < 0 ? null : at
  }

  ensure = (_from: number, to: number): void => {
    if (!this.isComplete && this.error === null && to >= this.count - foundPerRead / 4) void this.readOn()
  }

  readOn = (): Promise<void> => {
    this.#reading ??= this.#readNext().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #readNext(): Promise<void> {
    try {
      const { lines, next } = await this.read({ ...this.filter, from: this.#next, limit: foundPerRead })
      this.isComplete = lines.length < foundPerRead
      this.#lines.push(...lines.filter((line) => line.n >= this.#next))
      this.#next = Math.max(this.#next, next)
      this.error = null
      this.changed()
    } catch (error) {
      this.failed(error)
    }
  }
}

/** All lines as text, for copying and saving. */
export async function readWholeText(read: Read, filter: Pick<LogQuery, "search" | "level">): Promise<string> {
  const texts: string[] = []
  for (let from = 0; ; ) {
    const { lines, next } = await read({ ...filter, from, limit: 5000 })
    for (const line of lines) texts.push(line.text)
    if (lines.length < 5000 || next <= from) break
    from = next
  }
  return texts.join("\n")
}
