import {
  againstOf,
  alignExamples,
  comparePair,
  confidenceSequence,
  drawnInterval,
  type HostedEvalConfig,
  type Limits,
  nextLook,
  onlyDrawn,
  type Question,
  questionOf,
  type RunExamples,
  rewardRangeIn,
  type Settled,
  type Settling,
  settledVerdict,
  suiteWord,
  type ValueRange,
} from "../../../contract/index.ts"
import { findEvaluationRow } from "../../store/evaluations/evaluations.ts"
import { readComparedExamples } from "../../store/samples/compared-examples.ts"
import { type DrawnExamples, readDrawnExamples } from "../../store/samples/drawn-examples.ts"
import { findRunSpend } from "../../store/usage/budgets.ts"
import { suiteDifferences } from "./settle-suite.ts"
import type { SupervisedRun } from "./supervised-run.ts"

/**
 * Looks at the stored samples of a run that is to stop when its answer is settled, each time there are some more of them, and orders the stop. Only the first
 * examples of its random order count, as far as each has all of its rollouts: counting whatever is done would favour what is quick.
 */
export class SettleWatch {
  #due = 2
  #baseline: ReturnType<typeof readBaseline> | null = null

  constructor(private readonly run: SupervisedRun) {}

  async look(): Promise<void> {
    const { record, stop } = this.run
    const { row } = record
    if (row.settling || row.samplesDone < this.#due || record.lastWord) return
    this.#due = nextLook(row.samplesDone)
    // It has ended, so that it is read once.
    const answer = await answerOf(this.run, (id) => (this.#baseline ??= readBaseline(this.run, id)))
    if (answer?.kind === "settled") stop.settle()
    if (answer?.kind !== "off") return
    await record.update({ settling: answer })
    await record.log("warning", `The run asks every example: ${answer.why}`)
  }
}

type Baseline = RunExamples | null

/** The examples of the run beside which the question is asked; null where it is gone. */
async function readBaseline({ engine }: SupervisedRun, id: string): Promise<Baseline> {
  const { db } = engine.services
  const row = await findEvaluationRow(db, id)
  return row ? readComparedExamples(db, row) : null
}

/** What the samples of a run settle, or why they cannot; null for nothing yet, and for a run that does not ask. */
export async function answerOf(
  run: SupervisedRun,
  baselineOf: (id: string) => Promise<Baseline> = (id) => readBaseline(run, id),
): Promise<Settling | null> {
  const { engine, record } = run
  const { row } = record
  const question = row.scoresOf ? null : questionOf(row.evalConfig)
  const config = row.evalConfig as HostedEvalConfig
  const each = config?.rollouts_per_example
  if (!question || !row.rolloutsTotal) return null
  const { db } = engine.services
  const drawn = await readDrawnExamples(db, row.id, each)
  const range = rewardRangeIn(row.metadata) ?? ([0, 1] as const)
  const trouble = troubleOf(drawn, range)
  if (trouble) return { kind: "off", why: trouble }
  const examples = drawn.means.length
  const of = Math.round(row.rolloutsTotal / each)
  if (examples === 0 || examples >= of) return null
  const known = await knownOf(run, drawn, { of, range, question }, baselineOf)
  if (typeof known === "string") return { kind: "off", why: known }
  const verdict = known && (known.suite ? "suite" : settledVerdict(known.against ?? known.limits, question))
  if (!known || !verdict) return null
  const rollouts = Math.max(0, row.rolloutsTotal - row.samplesDone)
  const spend = await findRunSpend(db, row.id)
  const lanes = Math.min(config.max_concurrent ?? 1, rollouts)
  return {
    kind: "settled",
    verdict,
    examples,
    of,
    mean: drawn.means.reduce((sum, one) => sum + one / examples, 0),
    ...known.limits,
    ...(known.against ? { against: known.against } : {}),
    ...(known.suite ? { suite: known.suite } : {}),
    saved: {
      rollouts,
      cost_usd: spend && spend.usdInAll > 0 ? (spend.usdInAll / row.samplesDone) * rollouts : null,
      seconds: drawn.durationMs === null || lanes < 1 ? null : (drawn.durationMs / 1000) * (rollouts / lanes),
    },
  }
}

interface Known {
  /** Of the mean. */
  limits: Limits
  against?: NonNullable<Settled["against"]>
  /** Each of them settled. */
  suite?: NonNullable<Settled["suite"]>
}

/** The limits of the mean of all examples, and of the differences from what is beside it; why there are none, or null for none yet. */
async function knownOf(
  { engine, record }: SupervisedRun,
  { ids, means }: DrawnExamples,
  { of, range, question }: { of: number; range: ValueRange; question: Question },
  baselineOf: (id: string) => Promise<Baseline>,
): Promise<Known | string | null> {
  const { row } = record
  const against = againstOf(row.evalConfig)
  if (against === null) return { limits: confidenceSequence(means, of, range, question) }
  const limits = drawnInterval({ sums: means, sizes: means.map(() => 1), most: 1, of }, range)
  if (!limits) return null
  if (against === suiteWord) {
    const suite = await suiteDifferences(engine.services.db, row, { ids, of, question })
    return Array.isArray(suite) ? { limits: { low: limits.low, high: limits.high }, suite } : suite
  }
  const baseline = await baselineOf(against)
  if (!baseline) return "the run that it was to be held against is gone"
  const own = onlyDrawn(await readComparedExamples(engine.services.db, row), { order: ids, of })
  const { difference, interval95 } = comparePair(alignExamples([baseline, own], "zero"), 0, 1)
  if (difference === null || !interval95) return null
  // What the comparison of both will say, by the same limits.
  if (!interval95.of_all_examples) return "rewards of the run that it is held against lie outside of the range that is known of them"
  const { low, high } = interval95
  return { limits: { low: limits.low, high: limits.high }, against: { evaluation_id: against, difference, low, high } }
}

function troubleOf({ unscored, least, most }: DrawnExamples, range: ValueRange): string | null {
  if (unscored > 0)
    return `${unscored === 1 ? "a rollout has" : `${unscored} rollouts have`} no reward, so the mean of the others would be all that is known`
  const outside = [least, most].find((reward) => reward !== null && (reward < range[0] || reward > range[1]))
  return outside === undefined
    ? null
    : `a reward of ${outside} is outside of ${range[0]} to ${range[1]}, and limits need a range that all rewards lie in`
}
