import { findingsOf, measuredOf } from "../../../contract/findings/findings.ts"
import { type Observed, observe } from "../../../contract/findings/observed.ts"
import { declaredIn, type RunFindings } from "../../../contract/index.ts"
import { listRunsBefore } from "../../store/evaluations/earlier-runs.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { numericMetrics, type SampleRecord } from "../../store/samples/sample.ts"
import { listMeasured } from "../../store/samples/scores.ts"
import type { Context } from "../context.ts"
import { eachWholeSample } from "../evaluations/exports/each-sample.ts"
import { keepByRun } from "../evaluations/keep-by-run.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"

/** So many samples are read, and so many characters of what is compared of them are held: kinds of failures show in fewer. */
const samplesMax = 2000
const charactersMax = 30_000_000
const runsKept = 30
/** Metrics are held against those of so many runs before this one. */
const earlierMax = 5

const findingsKept = keepByRun(find, runsKept)

/** What stands out in a run: groups of similar failures, and suspicious rewards. */
export async function runFindings(ctx: Context, evaluationId: string): Promise<RunFindings> {
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  return findingsKept(ctx, evaluation)
}

async function find(ctx: Context, evaluation: EvaluationRecord): Promise<RunFindings> {
  const samples: Observed[] = []
  let characters = 0
  for await (const { sample, body } of eachWholeSample(ctx, evaluation)) {
    const observed = observe(factsOf(sample), body)
    samples.push(observed)
    characters += sizeOf(observed)
    if (samples.length >= samplesMax || characters >= charactersMax) break
  }
  return findingsOf(evaluation.id, samples, evaluation.samplesDone, {
    earlier: await readEarlier(ctx, evaluation),
    named: declaredIn(evaluation.metadata).agreeing_metrics ?? [],
  })
}

/** What the rollouts of earlier runs of the same environment were given. */
async function readEarlier(ctx: Context, evaluation: EvaluationRecord) {
  const earlier = await listRunsBefore(ctx.db, evaluation, earlierMax)
  const runs = await Promise.all(earlier.map((id) => listMeasured(ctx.db, id, samplesMax)))
  return runs.map((rows) =>
    rows.map(({ exampleId, reward, metrics }) => measuredOf({ example_id: exampleId, reward, metrics: numericMetrics(metrics) })),
  )
}

const sizeOf = ({ answer, prompt, calls, results }: Observed): number =>
  [answer, prompt, ...calls, ...results].reduce((sum, text) => sum + text.length, 0)

const factsOf = (sample: SampleRecord) => ({
  sample_id: sample.id,
  example_id: sample.exampleId,
  reward: sample.reward,
  metrics: numericMetrics(sample.metrics),
  outcome: sample.outcome,
  error: sample.error,
  stop_condition: sample.stopCondition,
})
