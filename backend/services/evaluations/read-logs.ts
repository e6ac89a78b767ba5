import type {
  DownloadLogQuery,
  FindLogHitsQuery,
  FindLogHitsResponse,
  ListLogLinesQuery,
  ListLogLinesResponse,
  LogFilter,
  LogLine,
} from "../../../contract/index.ts"
import { PartsJoiner } from "../../../contract/logs/join-parts.ts"
import { withoutControls } from "../../../contract/logs/terminal-text.ts"
import { cutText } from "../../../contract/text/cut-text.ts"
import { findLogLines } from "../../store/logs/find-logs.ts"
import type { NumberedLogLine } from "../../store/logs/log-chunks.ts"
import { eachLogPart, readLogLines } from "../../store/logs/read-logs.ts"
import type { Context } from "../context.ts"
import { readLogTail } from "../read-log-tail.ts"
import { requireEvaluation } from "./require-evaluation.ts"

const tailLines = 3000
const hitsPerAnswer = 20_000

const toLine = (line: NumberedLogLine): LogLine => ({ ...line, at: new Date(line.at).toISOString() })

const cutTo = (longest: number, line: LogLine): LogLine =>
  line.text.length > longest ? { ...line, text: cutText(line.text, longest), characters: line.text.length } : line

/** Whether a filter leaves nothing out. */
const isWholeLog = ({ search, level, stream, shard }: LogFilter): boolean =>
  !search && !stream && typeof shard !== "number" && (!level || level === "debug")

export async function listLogLines(ctx: Context, evaluationId: string, query: ListLogLinesQuery): Promise<ListLogLinesResponse> {
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  const total = evaluation.logLines
  const isWhole = isWholeLog(query)
  const from = query.from ?? (isWhole ? Math.max(0, total - query.limit) : 0)
  const found = isWhole
    ? await readWhole(ctx, evaluationId, from, query.limit)
    : await findLogLines(ctx.db, evaluationId, from, query.limit, query)
  const longest = query.characters ?? Number.POSITIVE_INFINITY
  return { evaluation_id: evaluationId, lines: found.lines.map((line) => cutTo(longest, toLine(line))), total, next: found.next }
}

async function readWhole(ctx: Context, evaluationId: string, from: number, limit: number) {
  const lines = await readLogLines(ctx.db, evaluationId, from, limit)
  return { lines, next: (lines.at(-1)?.n ?? from - 1) + 1 }
}

/** The positions of matching lines, to count them and to step from one to the next. */
export async function findLogHits(ctx: Context, evaluationId: string, query: FindLogHitsQuery): Promise<FindLogHitsResponse> {
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  const { lines, next } = await findLogLines(ctx.db, evaluationId, query.from, hitsPerAnswer, query)
  return { evaluation_id: evaluationId, numbers: lines.map((line) => line.n), total: evaluation.logLines, next }
}

/** The log as it is now, as a file: read piece by piece, as fast as the reader takes it. */
export async function downloadLog(
  ctx: Context,
  evaluationId: string,
  query: DownloadLogQuery,
): Promise<{ body: ReadableStream<Uint8Array>; filename: string; contentType: string }> {
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  const parts = eachLogPart(ctx.db, evaluationId, evaluation.logLines, query)
  const isJson = query.format === "jsonl"
  // Of a search's hits nobody knows what lies between them.
  const joiner = isJson || query.search || (query.level && query.level !== "debug") ? null : new PartsJoiner<NumberedLogLine>()
  const encoder = new TextEncoder()
  const write = (line: NumberedLogLine) => (isJson ? `${JSON.stringify(toLine(line))}\n` : `${withoutControls(line.text)}\n`)
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await parts.next()
        const lines = joiner ? (done ? joiner.end() : joiner.add(value)) : (value ?? [])
        controller.enqueue(encoder.encode(lines.map(write).join("")))
        if (done) controller.close()
      },
      async cancel() {
        await parts.return(undefined)
      },
    },
    // Nothing is read before the reader asks for it.
    { highWaterMark: 0 },
  )
  return {
    body,
    filename: `${evaluationId}.${isJson ? "log.jsonl" : "log"}`,
    contentType: isJson ? "application/jsonl" : "text/plain; charset=utf-8",
  }
}

/** The tail of the log as plain text. */
export async function getLogText(ctx: Context, evaluationId: string): Promise<string> {
  await requireEvaluation(ctx, evaluationId)
  return readLogTail(ctx, evaluationId, tailLines)
}
