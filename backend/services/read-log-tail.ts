import { withoutControls } from "../../contract/logs/terminal-text.ts"
import { readLastLogLines } from "../store/logs/read-logs.ts"
import type { Context } from "./context.ts"

/** The last lines of the log of a run or a check as plain text: a progress bar is a line per state, and colors are gone. */
export async function readLogTail(ctx: Context, ownerId: string, lines: number): Promise<string> {
  const stored = await readLastLogLines(ctx.db, ownerId, lines)
  return stored
    .flatMap((line) => line.text.split(/\r?\n|\r/))
    .map((text) => `${withoutControls(text)}\n`)
    .join("")
}
