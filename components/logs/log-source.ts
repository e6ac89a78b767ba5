import type { ListLogLinesResponse, LogLine } from "@/contract/index.ts"
import type { LogFilter, LogQuery, RunReads } from "@/lib/fallback.ts"

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
  /** Reads all of a line that was cut. */
  expand(n: number): Promise<void>
  subscribe(listener: () => void): () => void
}

type ReadLines = RunReads["logLines"]

const pageLines = 500
/** Pages that are kept: what was looked at longest ago goes first, so that a log of any length fits into the browser. */
const pagesKept = 60
/** Longer lines come cut; the rest is read when somebody asks for it. */
const charactersAtFirst = 4000
const retryMs = 3000

/** Lines in pages, by their places 0, 1, 2 …, read where the reader looks. */
abstract class PagedLines {
  version = 0
  error: string | null = null
  readonly #listeners = new Set<() => void>()
  readonly #pages = new Map<number, (LogLine | undefined)[]>()
  readonly #reading = new Set<number>()
  #blockedUntil = 0

  constructor(
    protected readonly read: ReadLines,
    private readonly now: () => number,
  ) {}

  abstract readonly count: number
  abstract indexOf(n: number): number | null
  /** Lines at the places `from` to `to`. */
  protected abstract readPlaces(from: number, to: number): Promise<LogLine[]>

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  line = (index: number): LogLine | undefined => this.#pages.get(Math.floor(index / pageLines))?.[index % pageLines]

  ensure = (from: number, to: number): void => {
    const end = Math.min(to, this.count)
    for (let page = Math.floor(Math.max(0, from) / pageLines); page * pageLines < end; page++) void this.#load(page)
  }

  expand = async (n: number): Promise<void> => {
    try {
      this.put((await this.read({ from: n, limit: 1 })).lines)
      this.changed()
    } catch (error) {
      this.failed(error)
    }
  }

  protected put(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const index = this.indexOf(line.n)
      if (index === null) continue
      const key = Math.floor(index / pageLines)
      const page = this.#pages.get(key) ?? []
      page[index % pageLines] = line
      this.#pages.set(key, page)
    }
    this.error = null
  }

  protected changed(): void {
    this.version++
    for (const listener of this.#listeners) listener()
  }

  protected failed(error: unknown): void {
    this.error = error instanceof Error ? error.message : String(error)
    this.changed()
  }

  async #load(page: number): Promise<void> {
    const kept = this.#pages.get(page)
    if (kept) {
      // The newest place in the map: looked at last.
      this.#pages.delete(page)
      this.#pages.set(page, kept)
    }
    const end = Math.min((page + 1) * pageLines, this.count)
    let from = page * pageLines
    while (from < end && kept?.[from % pageLines]) from++
    if (from >= end || this.#reading.has(page) || this.now() < this.#blockedUntil) return
    this.#reading.add(page)
    try {
      const lines = await this.readPlaces(from, end)
      // A hole that the platform cannot fill must not be asked for without end.
      if (lines.length === 0) this.#blockedUntil = this.now() + retryMs
      this.put(lines)
      for (const key of this.#pages.keys()) {
        if (this.#pages.size <= pagesKept) break
        this.#pages.delete(key)
      }
      this.changed()
    } catch (error) {
      this.#blockedUntil = this.now() + retryMs
      this.failed(error)
    } finally {
      this.#reading.delete(page)
    }
  }
}

/** A whole log. A line stands at its own number. */
export class WholeLog extends PagedLines implements LogSource {
  count: number
  readonly isComplete = true

  constructor(read: ReadLines, first: Pick<ListLogLinesResponse, "lines" | "total">, now: () => number = Date.now) {
    super(read, now)
    this.count = first.total
    this.#take(first)
  }

  indexOf = (n: number): number | null => (n >= 0 && n < this.count ? n : null)

  readOn = async (): Promise<void> => {
    const answer = await this.read({ from: this.count, limit: pageLines, characters: charactersAtFirst })
    if (answer.lines.length === 0 && answer.total <= this.count) return
    this.#take(answer)
    this.changed()
  }

  protected readPlaces = async (from: number, to: number): Promise<LogLine[]> =>
    (await this.read({ from, limit: to - from, characters: charactersAtFirst })).lines

  #take({ lines, total }: Pick<ListLogLinesResponse, "lines" | "total">): void {
    this.count = Math.max(this.count, total, (lines.at(-1)?.n ?? -1) + 1)
    this.put(lines)
  }
}

/** More hits than anybody goes through; the count says that there are more. */
const hitsMax = 200_000

/** The lines that a filter finds: where they are is read at once, what they say where the reader looks. */
export class FoundLines extends PagedLines implements LogSource {
  readonly #numbers: number[] = []
  #next = 0
  #reading: Promise<void> | null = null
  /** Everything that is written so far was looked through. */
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

  /** There are more hits than are counted. */
  get isCut(): boolean {
    return this.#numbers.length >= hitsMax
  }

  indexOf = (n: number): number | null => {
    const at = this.#firstFrom(n)
    return this.#numbers[at] === n ? at : null
  }

  /** The number of the hit after a line, or before it; round the end to the other one. */
  neighbour(n: number | null, step: 1 | -1): number | null {
    if (this.count === 0) return null
    const at = n === null ? (step === 1 ? 0 : this.count - 1) : step === 1 ? this.#firstFrom(n + 1) : this.#firstFrom(n) - 1
    return this.#numbers[(at + this.count) % this.count] ?? null
  }

  readOn = (): Promise<void> => {
    this.#reading ??= this.#readHits().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  protected readPlaces = async (from: number, to: number): Promise<LogLine[]> => {
    const query: LogQuery = { ...this.filter, from: this.#numbers[from] ?? 0, limit: to - from, characters: charactersAtFirst }
    return (await this.reads.logLines(query)).lines
  }

  /** Place of the first hit that is not before line `n`. */
  #firstFrom(n: number): number {
    let low = 0
    for (let high = this.#numbers.length; low < high; ) {
      const middle = (low + high) >> 1
      if ((this.#numbers[middle] ?? 0) < n) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The platform looks through a part of the log at a time. */
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

/** Lines as text, for copying and saving: at most `linesMax`. */
export async function readText(
  read: ReadLines,
  filter: LogFilter,
  linesMax = Number.POSITIVE_INFINITY,
): Promise<{ text: string; isCut: boolean }> {
  const texts: string[] = []
  for (let from = 0; texts.length < linesMax; ) {
    const { lines, next, total } = await read({ ...filter, from, limit: Math.min(5000, linesMax - texts.length) })
    for (const line of lines) texts.push(line.text)
    if (next >= total || next <= from) return { text: texts.join("\n"), isCut: false }
    from = next
  }
  return { text: texts.join("\n"), isCut: true }
}
