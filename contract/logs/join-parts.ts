import type { LogLine } from "./logs.ts"

/** A line is not made longer than this, in characters. */
const joinedMax = 8_000_000

/** Makes whole lines of parts, process by process and stream by stream. */
export class PartsJoiner<Line extends Pick<LogLine, "stream" | "text" | "part" | "shard">> {
  readonly #pieces = new Map<string, Line>()
  readonly #unfinished = new Map<string, Line>()

  /** @returns of these lines and what came before, those that are whole now, in the order of their ends */
  add(lines: readonly Line[]): Line[] {
    return lines.flatMap((line) => {
      const { part } = line
      const source = sourceOf(line)
      this.#unfinished.delete(source)
      if (part === "unfinished") {
        this.#unfinished.set(source, line)
        return []
      }
      const whole = this.#joined(line)
      if (part !== "piece" || whole.text.length > joinedMax) return [whole]
      this.#pieces.set(source, whole)
      return []
    })
  }

  /** @returns what there is of lines that have no end (yet) */
  end(): Line[] {
    const unfinished = [...this.#unfinished.values()].map((line) => this.#joined(line))
    return [...unfinished, ...this.#pieces.values()]
  }

  #joined(line: Line): Line {
    const { part: _, ...whole } = line
    const source = sourceOf(line)
    const before = this.#pieces.get(source)
    this.#pieces.delete(source)
    return { ...whole, text: (before?.text ?? "") + line.text } as Line
  }
}

const sourceOf = ({ stream, shard }: Pick<LogLine, "stream" | "shard">): string => `${shard ?? ""} ${stream}`
