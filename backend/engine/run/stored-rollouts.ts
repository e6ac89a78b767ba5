import { createWriteStream } from "node:fs"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { stringifyExact } from "../../../contract/index.ts"
import type { Db } from "../../store/db.ts"
import { eachStoredSample } from "../../store/samples/sample-bodies.ts"

/** Writes the samples of a run as the runner reads them, a line each: its number within the example, and its row as it was made. */
export async function writeStoredRollouts(db: Db, evaluationId: string, file: string): Promise<void> {
  await pipeline(Readable.from(linesOf(db, evaluationId)), createWriteStream(file, { mode: 0o600 }))
}

async function* linesOf(db: Db, evaluationId: string): AsyncGenerator<string> {
  for await (const { sample, body } of eachStoredSample(db, evaluationId, Number.POSITIVE_INFINITY))
    yield `${stringifyExact({ index: sample.rolloutIndex, row: { ...body, example_id: sample.exampleId } })}\n`
}
