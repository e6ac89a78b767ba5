import { PartsJoiner } from "../../contract/logs/join-parts.ts"
import { withoutControls } from "../../contract/logs/terminal-text.ts"
import type { NumberedLogLine } from "../store/logs/log-chunks.ts"
import { readLastLogLines } from "../store/logs/read-logs.ts"
import type { Context } from "./context.ts"

/** The last lines of the log of a run or a check as plain text: a progress bar is a line per state, and colors are gone. */
export async function readLogTail(ctx: Context, ownerId: string, lines: number): Promise<string> {
  const joiner = new PartsJoiner<NumberedLogLine>()
  const stored = joiner.add(await readLastLogLines(ctx.db, ownerId, lines))
  return [...stored, ...joiner.end()]
    .flatMap((line) => line.text.split(/\r?\n|\r/))
    .map((text) => `${withoutControls(text)}\n`)
    .join("")
}
