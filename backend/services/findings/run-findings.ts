import { findingsOf } from "../../../contract/findings/findings.ts"
import { type Observed, observe } from "../../../contract/findings/observed.ts"
import { isTerminal, type RunFindings } from "../../../contract/index.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { statisticsBasis } from "../../store/evaluations/run-statistics.ts"
import type { SampleRecord } from "../../store/samples/sample.ts"
import type { Context } from "../context.ts"
import { eachWholeSample } from "../evaluations/exports/each-sample.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"

/** So many samples are read, and so many characters of what is compared of them are held: kinds of failures show in fewer. */
const samplesMax = 2000
const charactersMax = 30_000_000
const runsKept = 30
/** Those of a run that goes on are found anew at most this often. */
const liveMs = 30_000

const known = new Map<string, { basis: string; at: number; findings: Promise<RunFindings> }>()

/** What stands out in a run: it reads many samples, so it is kept in this process until samples come or go. */
export async function runFindings(ctx: Context, evaluationId: string): Promise<RunFindings> {
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  const basis = statisticsBasis(evaluation)
  const before = known.get(evaluationId)
  if (before && (before.basis === basis || (!isTerminal(evaluation.status) && Date.now() - before.at < liveMs))) return before.findings
  const findings = find(ctx, evaluation)
  known.delete(evaluationId)
  known.set(evaluationId, { basis, at: Date.now(), findings })
  const [oldest] = known.keys()
  if (known.size > runsKept && oldest !== undefined) known.delete(oldest)
  findings.catch(() => known.delete(evaluationId))
  return findings
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
  return findingsOf(evaluation.id, samples, evaluation.samplesDone)
}

const sizeOf = ({ answer, prompt, calls, results }: Observed): number =>
  [answer, prompt, ...calls, ...results].reduce((sum, text) => sum + text.length, 0)

const factsOf = (sample: SampleRecord) => ({
  sample_id: sample.id,
  example_id: sample.exampleId,
  reward: sample.reward,
  metrics: Object.fromEntries(Object.entries(sample.metrics).filter((entry): entry is [string, number] => typeof entry[1] === "number")),
  outcome: sample.outcome,
  error: sample.error,
  stop_condition: sample.stopCondition,
})
