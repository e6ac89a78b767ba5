import type { StoredLogLine } from "../../store/logs/log-chunks.ts"

/** What a line costs besides its text: thousands of empty ones must not be free. */
const lineBytes = 64

/** How much of its log a process may write as events. What it prints is limited by the shim; its events are a file of its own. */
export class LogAllowance {
  #left: number

  /** @param bytes how much is kept; one last line says that the rest is not */
  constructor(private readonly bytes: number) {
    this.#left = bytes
  }

  /** Of the next lines, those that are kept. */
  take(lines: readonly StoredLogLine[]): StoredLogLine[] {
    if (this.#left < 0) return []
    const end = lines.findIndex(({ text }) => {
      this.#left -= Buffer.byteLength(text) + lineBytes
      return this.#left < 0
    })
    if (end === -1) return [...lines]
    const text = `[log limit of ${this.bytes} bytes reached, what follows is not kept]`
    return [...lines.slice(0, end), { at: lines[end]?.at ?? Date.now(), stream: "platform", level: "warning", text }]
  }
}
