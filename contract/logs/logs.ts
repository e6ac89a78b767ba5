import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"

export const GetHostedEvaluationLogsResponse = z
  .object({ logs: z.string(), sandbox_id: z.string().nullable(), evaluation_id: Id })
  .meta({ id: "GetHostedEvaluationLogsResponse" })

/** Where a line came from: printed by the environment, sent by a Python logger, or said by the platform. */
export const logStreams = ["stdout", "stderr", "log", "platform"] as const
/** From the least to the most urgent. */
export const logLevels = ["debug", "info", "warning", "error"] as const

/**
 * What a line is that is no whole one: a piece of a long line, which goes on in the next line of its stream; or what an unfinished
 * line (a progress bar) showed at that time, which the next line of its stream replaces.
 */
export const logParts = ["piece", "unfinished"] as const

export const LogLine = z
  .object({
    n: z.int().describe("Line number, from 0"),
    at: Timestamp,
    stream: z.enum(logStreams),
    level: z.enum(logLevels),
    text: z.string(),
    part: z
      .enum(logParts)
      .nullish()
      .describe("No whole line: the next line of the stream goes on where a piece ends, and takes the place of an unfinished one"),
    characters: z.int().nullish().describe("The length of the text, where it was cut"),
    shard: z.int().nullish().describe("Of a run in shards, the process that wrote the line, from 0"),
  })
  .meta({ id: "LogLine" })
export type LogLine = z.infer<typeof LogLine>

/** Which lines of a log are meant. */
export const LogFilter = z.object({
  search: z.string().max(limits.logSearchCharactersMax).nullish().describe("Text that the line holds, in any case"),
  level: z.enum(logLevels).nullish().describe("This level and the ones above"),
  stream: z.enum(logStreams).nullish(),
  shard: z.coerce
    .number()
    .int()
    .min(0)
    .max(limits.shardsMax - 1)
    .nullish()
    .describe("The process of a run in shards, from 0"),
})
export type LogFilter = z.infer<typeof LogFilter>

const lineNumber = z.coerce.number().int().min(0).max(limits.int4Max)

export const ListLogLinesQuery = LogFilter.extend({
  from: lineNumber.nullish().describe("First line number; without it the newest lines come, or with a filter the first that fit"),
  limit: z.coerce.number().int().min(1).max(limits.logLinesPageMax).default(1000),
  characters: z.coerce.number().int().min(1).max(limits.int4Max).nullish().describe("Cut longer lines to this length"),
})
export type ListLogLinesQuery = z.infer<typeof ListLogLinesQuery>

const nextLine = z
  .int()
  .describe(
    "Ask from this line for what comes later. Less than `total` means that there is more to look through, also when nothing was found",
  )

export const ListLogLinesResponse = z
  .object({ evaluation_id: Id, lines: z.array(LogLine), total: z.int(), next: nextLine })
  .meta({ id: "ListLogLinesResponse" })
export type ListLogLinesResponse = z.infer<typeof ListLogLinesResponse>

export const FindLogHitsQuery = LogFilter.extend({ from: lineNumber.default(0) })
export type FindLogHitsQuery = z.infer<typeof FindLogHitsQuery>

export const FindLogHitsResponse = z
  .object({ evaluation_id: Id, numbers: z.array(z.int()).describe("Numbers of the lines that fit"), total: z.int(), next: nextLine })
  .meta({ id: "FindLogHitsResponse" })
export type FindLogHitsResponse = z.infer<typeof FindLogHitsResponse>

export const DownloadLogQuery = LogFilter.extend({
  format: z
    .enum(["text", "jsonl"])
    .default("text")
    .describe("text: the lines as they were printed, in one piece; jsonl: one LogLine per line"),
})
export type DownloadLogQuery = z.infer<typeof DownloadLogQuery>
