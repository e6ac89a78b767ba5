import type { ListLogLinesResponse, LogLine } from "../../../contract/index.ts"
import { terminalText } from "../../base/terminal-text.ts"
import { type NumberedLogLine, readLastLogLines, readLogLines, searchLogLines } from "../../store/logs.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./read-evaluations.ts"

const levels = ["debug", "info", "warning", "error"] as const
const tailLines = 3000

const toLine = (line: NumberedLogLine): LogLine => ({
  n: line.n,
  at: new Date(line.at).toISOString(),
  stream: line.stream as LogLine["stream"],
  level: line.level as LogLine["level"],
  text: line.text,
})

export async function listLogLines(
  ctx: Context,
  evaluationId: string,
  query: {
    from?: number | null | undefined
    limit: number
    search?: string | null | undefined
    level?: LogLine["level"] | null | undefined
  },
): Promise<ListLogLinesResponse> {
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  const total = evaluation.logLines
  const from = query.from ?? (query.search || query.level ? 0 : Math.max(0, total - query.limit))
  const filtered = Boolean(query.search || (query.level && query.level !== "debug"))
  const lines = filtered
    ? await searchLogLines(
        ctx.db,
        evaluationId,
        from,
        query.limit,
        query.search ?? "",
        levels.slice(levels.indexOf(query.level ?? "debug")),
      )
    : await readLogLines(ctx.db, evaluationId, from, query.limit)
  const last = lines.at(-1)
  const full = lines.length === query.limit && last !== undefined
  return { evaluation_id: evaluationId, lines: lines.map(toLine), total, next: full ? last.n + 1 : Math.max(from, total) }
}

/** The tail of the log as plain text for a terminal: whole lines only, no escapes, no progress bars, brackets protected. */
export async function getLogText(ctx: Context, evaluationId: string): Promise<string> {
  await requireEvaluation(ctx, evaluationId)
  return terminalText((await readLastLogLines(ctx.db, evaluationId, tailLines)).map((line) => line.text))
}
