import type { LogLine } from "./logs.ts"

/** A line is not made longer than this, in characters. */
const joinedMax = 8_000_000

/** Makes whole lines of parts, stream by stream. */
export class PartsJoiner<Line extends Pick<LogLine, "stream" | "text" | "part">> {
  readonly #pieces = new Map<Line["stream"], Line>()
  readonly #unfinished = new Map<Line["stream"], Line>()

  /** @returns of these lines and what came before, those that are whole now, in the order of their ends */
  add(lines: readonly Line[]): Line[] {
    return lines.flatMap((line) => {
      const { stream, part } = line
      this.#unfinished.delete(stream)
      if (part === "unfinished") {
        this.#unfinished.set(stream, line)
        return []
      }
      const whole = this.#joined(line)
      if (part !== "piece" || whole.text.length > joinedMax) return [whole]
      this.#pieces.set(stream, whole)
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
    const before = this.#pieces.get(line.stream)
    this.#pieces.delete(line.stream)
    return { ...whole, text: (before?.text ?? "") + line.text } as Line
  }
}
