import type { Db } from "../../store/db.ts"
import type { StoredLogLine } from "../../store/logs/log-chunks.ts"
import { countLogLines } from "../../store/logs/read-logs.ts"
import { appendLogLines } from "../../store/logs/write-logs.ts"

/** The log of a check. */
export class CheckLog {
  #lines = 0

  /** @param write does something in a transaction that holds the check; throws when the check is not this worker's any more */
  constructor(
    private readonly db: Db,
    private readonly checkId: string,
    private readonly write: (also: (tx: Db) => Promise<void>) => Promise<void>,
  ) {}

  /** Continues the log after what earlier attempts of the check wrote. */
  async open(): Promise<void> {
    this.#lines = await countLogLines(this.db, this.checkId)
  }

  async append(lines: StoredLogLine[]): Promise<void> {
    await this.write((tx) => appendLogLines(tx, this.checkId, this.#lines, lines))
    this.#lines += lines.length
  }

  /** Adds a line of the platform's own. */
  say(level: StoredLogLine["level"], text: string): Promise<void> {
    return this.append([{ at: Date.now(), stream: "platform", level, text }])
  }
}
