import { stringifyExact } from "../../../../contract/index.ts"
import { withoutControls } from "../../../../contract/logs/terminal-text.ts"
import { type ZipEntry, zipStream } from "../../../base/zip.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import { eachLogPart } from "../../../store/logs/read-logs.ts"
import type { Context } from "../../context.ts"
import { requireEvaluation } from "../require-evaluation.ts"
import { keptRunFiles } from "../run-files.ts"
import { eachEpisode } from "./each-sample.ts"
import type { Exporter } from "./exporter.ts"
import { exportMetadata } from "./metadata.ts"
import { exportResults } from "./results.ts"

/**
 * The folder that verifiers leaves of a run, as a zip archive: `results.jsonl` and `metadata.json`, or for episodes of v1
 * `traces.jsonl`, the configuration and the log. A folder of v1 that was imported comes back with its own files, byte for byte.
 */
export const exportFolder: Exporter = async (ctx, id) => {
  const { evaluation } = await requireEvaluation(ctx, id)
  const first = await eachEpisode(ctx, { ...evaluation, samplesDone: Math.min(1, evaluation.samplesDone) }).next()
  return zipStream(first.done ? resultsFolder(ctx, id) : runFolder(ctx, evaluation))
}

async function* resultsFolder(ctx: Context, id: string): AsyncGenerator<ZipEntry> {
  yield { name: "metadata.json", content: await exportMetadata(ctx, id) }
  yield { name: "results.jsonl", content: await exportResults(ctx, id) }
}

async function* runFolder(ctx: Context, evaluation: EvaluationRecord): AsyncGenerator<ZipEntry> {
  yield { name: "traces.jsonl", content: episodes(ctx, evaluation) }
  const kept = await keptRunFiles(ctx, evaluation.id)
  if (kept) return yield* kept
  yield { name: "metadata.json", content: await exportMetadata(ctx, evaluation.id) }
  if (evaluation.logLines > 0) yield { name: "logs/attempt_1/eval.log", content: log(ctx, evaluation) }
}

async function* episodes(ctx: Context, evaluation: EvaluationRecord): AsyncGenerator<string | Uint8Array> {
  for await (const episode of eachEpisode(ctx, evaluation)) {
    yield episode instanceof Uint8Array ? episode : stringifyExact(episode)
    yield "\n"
  }
}

async function* log(ctx: Context, { id, logLines }: EvaluationRecord): AsyncGenerator<string> {
  for await (const lines of eachLogPart(ctx.db, id, logLines, {})) yield lines.map(({ text }) => `${withoutControls(text)}\n`).join("")
}
