import { createWriteStream } from "node:fs"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { stringifyExact } from "../../../contract/index.ts"
import type { Db } from "../../store/db.ts"
import { toBodies } from "../../store/samples/body-of-traces.ts"
import { listStoredSamplesAfter } from "../../store/samples/sample-bodies.ts"

/** Whole samples may be megabytes each, so few are read at once. */
const bodiesPerRead = 20

/** Writes the samples of a run as the runner reads them, a line each: its number within the example, and its row as it was made. */
export async function writeStoredRollouts(db: Db, evaluationId: string, file: string): Promise<void> {
  await pipeline(Readable.from(linesOf(db, evaluationId)), createWriteStream(file, { mode: 0o600 }))
}

async function* linesOf(db: Db, evaluationId: string): AsyncGenerator<string> {
  for (let after = 0; ; ) {
    const rows = await listStoredSamplesAfter(db, evaluationId, after, bodiesPerRead)
    const last = rows.at(-1)
    if (!last) return
    const bodies = await toBodies(
      db,
      rows.map(({ stored }) => stored),
    )
    for (const [i, { sample }] of rows.entries())
      yield `${stringifyExact({ index: sample.rolloutIndex, row: { ...bodies[i], example_id: sample.exampleId } })}\n`
    after = last.sample.seq
  }
}
