import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import type { Context } from "../context.ts"
import type { ReadRecord } from "./read-record.ts"
import { recordWriter } from "./record-writer.ts"
import { recordBatches } from "./records-of.ts"

/**
 * Stores the episodes or traces of a file, byte for byte, as the samples of a run, whichever run they name themselves. A batch that
 * was stored stays when a later one is refused.
 * @throws ServiceError with the line that is wrong
 */
export async function importTraces(
  ctx: Context,
  run: EvaluationRecord,
  lines: AsyncIterable<{ line: Uint8Array; number: number }>,
  format: "trace" | "episode",
): Promise<void> {
  const by = {
    owner: run.teamId ?? run.userId,
    userId: run.userId,
    uploadId: `import:${run.id}`,
    context: { source: "import", run_type: "eval" },
  }
  for await (const batch of recordBatches(lines, format))
    await ctx.db.transaction(async (tx) => {
      const writer = recordWriter(ctx, tx, by)
      await writer.write(batch.map((record) => ofRun(record, run.id)))
      await writer.end()
    })
}

const ofRun = ({ episode, traces, light }: ReadRecord, runId: string): ReadRecord => ({
  episode: episode && { ...episode, runId },
  traces: traces.map((trace) => ({ ...trace, runId })),
  light,
})
