import type { LogLine } from "@/contract/index.ts"
import type { RunReads } from "@/lib/reads/reads.ts"

/** Log lines of which only some have been read. `version` grows with each change. */
export interface LogSource {
  readonly count: number
  /** Whether `count` covers everything written so far. */
  readonly isComplete: boolean
  readonly version: number
  /** Why the last read failed, until one succeeds. */
  readonly error: string | null
  line(index: number): LogLine | undefined
  /** The index of the line with this number, or null while it is unknown. */
  indexOf(n: number): number | null
  /** Reads the lines from index `from` to `to` that are not here yet. */
  ensure(from: number, to: number): void
  /** Reads what has been written since. */
  readNew(): Promise<void>
  /** Reads the whole of a line that was cut. */
  expand(n: number): Promise<void>
  subscribe(listener: () => void): () => void
}

export type ReadLines = RunReads["logLines"]

export const pageLines = 500
/** Pages in memory. The least recently viewed goes first, so that a log of any length fits into the browser. */
const pagesKept = 60
/** Longer lines are cut by the platform; the rest is read on demand. */
export const lineCharactersMax = 4000
const retryMs = 3000

/** Lines in pages, by their indexes from 0, read when they come into view. */
export abstract class PagedLines {
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
  /** Reads the lines from index `from` up to `to`. */
  protected abstract readRange(from: number, to: number): Promise<LogLine[]>

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
      // Moves it to the end of the map: most recently viewed.
      this.#pages.delete(page)
      this.#pages.set(page, kept)
    }
    const end = Math.min((page + 1) * pageLines, this.count)
    let from = page * pageLines
    while (from < end && kept?.[from % pageLines]) from++
    if (from >= end || this.#reading.has(page) || this.now() < this.#blockedUntil) return
    this.#reading.add(page)
    try {
      const lines = await this.readRange(from, end)
      // A gap that the platform cannot fill must not be requested in a loop.
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
