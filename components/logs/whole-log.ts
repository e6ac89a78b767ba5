import type { ListLogLinesResponse, LogLine } from "@/contract/index.ts"
import { type LogSource, lineCharactersMax, PagedLines, pageLines, type ReadLines } from "./paged-lines.ts"

/** A whole log: the index of a line is its number. */
export class WholeLog extends PagedLines implements LogSource {
  count: number
  readonly isComplete = true

  constructor(read: ReadLines, first: Pick<ListLogLinesResponse, "lines" | "total">, now: () => number = Date.now) {
    super(read, now)
    this.count = first.total
    this.#take(first)
  }

  indexOf = (n: number): number | null => (n >= 0 && n < this.count ? n : null)

  readNew = async (): Promise<void> => {
    const answer = await this.read({ from: this.count, limit: pageLines, characters: lineCharactersMax })
    if (answer.lines.length === 0 && answer.total <= this.count) return
    this.#take(answer)
    this.changed()
  }

  protected readRange = async (from: number, to: number): Promise<LogLine[]> =>
    (await this.read({ from, limit: to - from, characters: lineCharactersMax })).lines

  #take({ lines, total }: Pick<ListLogLinesResponse, "lines" | "total">): void {
    this.count = Math.max(this.count, total, (lines.at(-1)?.n ?? -1) + 1)
    this.put(lines)
  }
}
