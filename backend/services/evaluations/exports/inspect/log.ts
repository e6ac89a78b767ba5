import { exampleIdOf, type JsonObject, stringifyExact } from "../../../../../contract/index.ts"
import { type ZipEntry, zipStream } from "../../../../base/zip.ts"
import type { EvaluationRecord } from "../../../../store/evaluations/evaluation.ts"
import { meanOfSum, type RewardSum, sumWith } from "../../../../store/evaluations/reward-sum.ts"
import type { Context } from "../../../context.ts"
import { requireEvaluation } from "../../require-evaluation.ts"
import { keptRunFiles } from "../../run-files.ts"
import { eachSample } from "../each-sample.ts"
import type { Exporter } from "../exporter.ts"
import { keptMessages, summaryOf, toInspectSample } from "./sample.ts"

const summariesPerFile = 1000

async function* once(value: unknown): AsyncGenerator<string> {
  yield stringifyExact(value)
}

/** A log of Inspect (`.eval`): a zip archive with a file for each sample, which `inspect view` and `read_eval_log` read. */
export const exportInspect: Exporter = async (ctx, id) => {
  const { evaluation } = await requireEvaluation(ctx, id)
  return zipStream(entries(ctx, evaluation))
}

async function* entries(ctx: Context, evaluation: EvaluationRecord): AsyncGenerator<ZipEntry> {
  const imported = (evaluation.metadata as JsonObject | null)?.inspect as { header: JsonObject; reductions?: unknown } | undefined
  const spec = specOf(evaluation)
  yield { name: "_journal/start.json", content: once(imported ? startOf(imported.header) : { version: 2, ...spec }) }
  const kept = imported && (await keptRunFiles(ctx, evaluation.id))
  if (kept) yield* kept
  const epochs = new Map<string, number>()
  const sums = new Map<string, ScoreSum>()
  let summaries: JsonObject[] = []
  let files = 0
  for await (const row of eachSample(ctx, evaluation)) {
    const example = exampleIdOf(row)
    const epoch = (epochs.get(example) ?? 0) + 1
    epochs.set(example, epoch)
    const sample = toInspectSample(row, epoch, evaluation.modelName)
    addScores(sums, sample)
    const messages = keptMessages(row)
    summaries.push({ ...summaryOf(sample), ...(messages === null ? {} : { message_count: messages }) })
    if (messages === null) yield { name: `samples/${sample.id}_epoch_${sample.epoch}.json`, content: once(sample) }
    if (summaries.length < summariesPerFile) continue
    yield { name: `_journal/summaries/${++files}.json`, content: once(summaries) }
    summaries = []
  }
  if (summaries.length > 0) yield { name: `_journal/summaries/${++files}.json`, content: once(summaries) }
  if (imported?.reductions) yield { name: "reductions.json", content: once(imported.reductions) }
  yield { name: "header.json", content: once(imported?.header ?? headerOf(evaluation, spec, epochs, sums)) }
}

const startOf = ({ version, eval: spec, plan }: JsonObject): JsonObject => ({ version, eval: spec, ...(plan ? { plan } : {}) })

function specOf(evaluation: EvaluationRecord): { eval: JsonObject; plan: JsonObject } {
  const config = (evaluation.evalConfig ?? {}) as JsonObject
  const [environment] = evaluation.environments
  const spec = {
    eval_id: evaluation.id,
    run_id: evaluation.id,
    created: (evaluation.startedAt ?? evaluation.createdAt).toISOString(),
    task: environment ? [environment.owner, environment.name].filter(Boolean).join("/") : (evaluation.dataset ?? evaluation.name),
    task_id: evaluation.id,
    task_version: environment?.version ?? 0,
    task_args: config.env_args ?? {},
    dataset: {},
    model: evaluation.modelName ?? "none/none",
    ...(config.api_base_url ? { model_base_url: config.api_base_url } : {}),
    config: typeof config.rollouts_per_example === "number" ? { epochs: config.rollouts_per_example } : {},
    tags: evaluation.tags,
    metadata: { ...evaluation.metadata, name: evaluation.name },
  }
  return { eval: spec, plan: { name: "plan", steps: [], config: {} } }
}

const statuses: Partial<Record<EvaluationRecord["status"], string>> = {
  COMPLETED: "success",
  CANCELLED: "cancelled",
  FAILED: "error",
  TIMEOUT: "error",
}

function headerOf(
  evaluation: EvaluationRecord,
  spec: { eval: JsonObject; plan: JsonObject },
  epochs: ReadonlyMap<string, number>,
  sums: ReadonlyMap<string, ScoreSum>,
): JsonObject {
  const scores = [...sums].map(([name, sum]) => ({
    name,
    scorer: name,
    scored_samples: sum.count,
    metrics: { mean: { name: "mean", value: meanOfSum(sum, sum.count) } },
  }))
  const { failure } = evaluation
  return {
    version: 2,
    status: statuses[evaluation.status] ?? "started",
    eval: { ...spec.eval, dataset: { samples: epochs.size } },
    plan: spec.plan,
    results: { total_samples: evaluation.samplesDone, completed_samples: evaluation.samplesDone - evaluation.samplesErrored, scores },
    stats: {
      started_at: evaluation.startedAt?.toISOString() ?? "",
      completed_at: evaluation.completedAt?.toISOString() ?? "",
      model_usage: {},
    },
    ...(failure ? { error: { message: `${failure.title}: ${failure.message}`, traceback: "", traceback_ansi: "" } } : {}),
  }
}

type ScoreSum = RewardSum & { count: number }

function addScores(sums: Map<string, ScoreSum>, { scores }: JsonObject): void {
  for (const [name, score] of Object.entries((scores ?? {}) as Record<string, { value: unknown }>)) {
    if (typeof score?.value !== "number") continue
    const known = sums.get(name) ?? { rewardSum: 0, rewardExponent: 0, count: 0 }
    sums.set(name, { ...sumWith(known, [score.value]), count: known.count + 1 })
  }
}
