import { limits } from "../../../contract/index.ts"
import { batches } from "../../base/batches.ts"
import { type ReadRecord, readRecord } from "./read-record.ts"
import { rejected } from "./trace-error.ts"

export const tooManyTraces = rejected(
  "too_many_traces_in_upload",
  `An upload has at most ${limits.tracesPerUploadMax.toLocaleString("en-US")} traces`,
)

const perBatch = { values: 500, bytes: 4 * 1024 * 1024 }

/** The records of lines, as many at once as are stored at once. @throws ServiceError for what is there twice, too much, or nothing */
export async function* recordBatches(...content: Parameters<typeof recordsOf>): AsyncGenerator<ReadRecord[]> {
  for await (const batch of batches(recordsOf(...content), perBatch)) yield batch.map(({ record }) => record)
}

/** Reads lines, one record after the other. @throws ServiceError for what is there twice, too much, or nothing */
async function* recordsOf(
  lines: AsyncIterable<{ line: Uint8Array; number: number }>,
  format: "trace" | "episode",
): AsyncGenerator<{ record: ReadRecord; bytes: number }> {
  const now = new Date()
  const [traceIds, episodeIds] = [new Set<string>(), new Set<string>()]
  const seen = (ids: Set<string>, id: string, what: string) => {
    if (ids.has(id)) throw rejected(`duplicate_${what}_id`, `The ${what} ${JSON.stringify(id)} is in the upload twice`)
    ids.add(id)
  }
  for await (const { line, number } of lines) {
    const record = readRecord(line, format, number, now)
    if (record.episode) seen(episodeIds, record.episode.id, "episode")
    for (const { id } of record.traces) seen(traceIds, id, "trace")
    if (traceIds.size + episodeIds.size > limits.tracesPerUploadMax) throw tooManyTraces
    yield { record, bytes: line.length }
  }
  if (traceIds.size + episodeIds.size === 0) throw rejected("invalid_trace", "The upload holds no trace")
}
