import { type JsonObject, stringifyExact } from "../../../../contract/index.ts"
import { withoutControls } from "../../../../contract/logs/terminal-text.ts"
import { type ZipEntry, zipStream } from "../../../base/zip.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import { eachLogPart } from "../../../store/logs/read-logs.ts"
import type { Context } from "../../context.ts"
import { requireEvaluation } from "../require-evaluation.ts"
import { eachSample } from "./each-sample.ts"
import type { Exporter } from "./exporter.ts"
import { exportMetadata } from "./metadata.ts"
import { exportResults } from "./results.ts"

/**
 * The folder that verifiers leaves of a run, as a zip archive: `results.jsonl` and `metadata.json`, or for episodes of v1
 * `traces.jsonl`, the configuration and the log.
 */
export const exportFolder: Exporter = async (ctx, id) => {
  const { evaluation } = await requireEvaluation(ctx, id)
  const first = await eachSample(ctx, evaluation).next()
  const isV1 = !first.done && episodeOf(first.value) !== null
  return zipStream(isV1 ? runFolder(ctx, evaluation) : resultsFolder(ctx, id))
}

async function* resultsFolder(ctx: Context, id: string): AsyncGenerator<ZipEntry> {
  yield { name: "metadata.json", content: await exportMetadata(ctx, id) }
  yield { name: "results.jsonl", content: await exportResults(ctx, id) }
}

async function* runFolder(ctx: Context, evaluation: EvaluationRecord): AsyncGenerator<ZipEntry> {
  yield { name: "metadata.json", content: await exportMetadata(ctx, evaluation.id) }
  yield { name: "traces.jsonl", content: episodes(ctx, evaluation) }
  if (evaluation.logLines > 0) yield { name: "logs/attempt_1/eval.log", content: log(ctx, evaluation) }
}

/** The episode of verifiers v1 that a sample was made of; null for any other. */
function episodeOf(sample: JsonObject): JsonObject | null {
  const info = sample.info as JsonObject | null | undefined
  const episode = typeof info === "object" ? info?.native_wrapper : null
  return typeof episode === "object" ? (episode as JsonObject | null) : null
}

async function* episodes(ctx: Context, evaluation: EvaluationRecord): AsyncGenerator<string> {
  for await (const sample of eachSample(ctx, evaluation)) {
    const episode = episodeOf(sample)
    if (episode) yield `${stringifyExact(episode)}\n`
  }
}

async function* log(ctx: Context, { id, logLines }: EvaluationRecord): AsyncGenerator<string> {
  for await (const lines of eachLogPart(ctx.db, id, logLines, {})) yield lines.map(({ text }) => `${withoutControls(text)}\n`).join("")
}
