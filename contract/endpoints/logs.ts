import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import * as logs from "../logs/logs.ts"

const evaluationId = z.object({ evaluation_id: Id })

/** The log of a run, for reading and searching it. */
export const logsEndpoints = {
  listLogLines: endpoint({
    method: "get",
    path: "/evaluations/{evaluation_id}/log-lines",
    group: "evaluations",
    summary: "Log lines with time, stream and level",
    access: "required",
    params: evaluationId,
    query: logs.ListLogLinesQuery,
    status: 200,
    answer: "json",
    response: logs.ListLogLinesResponse,
    extension: true,
  }),
  findLogHits: endpoint({
    method: "get",
    path: "/evaluations/{evaluation_id}/log-hits",
    group: "evaluations",
    summary: "Numbers of the log lines that fit a search, a level or a stream",
    access: "required",
    params: evaluationId,
    query: logs.FindLogHitsQuery,
    status: 200,
    answer: "json",
    response: logs.FindLogHitsResponse,
    extension: true,
  }),
  downloadLog: endpoint({
    method: "get",
    path: "/evaluations/{evaluation_id}/logs/download",
    group: "evaluations",
    summary: "The whole log as a file, or the lines of it that fit",
    access: "required",
    params: evaluationId,
    query: logs.DownloadLogQuery,
    status: 200,
    answer: "stream",
    contentType: ["text/plain", "application/jsonl"],
    response: z.string(),
    extension: true,
  }),
}
