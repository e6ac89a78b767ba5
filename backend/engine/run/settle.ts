import {
  confidenceSequence,
  type HostedEvalConfig,
  nextLook,
  questionOf,
  rewardRangeIn,
  type Settling,
  settledVerdict,
  type ValueRange,
} from "../../../contract/index.ts"
import { type DrawnExamples, readDrawnExamples } from "../../store/samples/drawn-examples.ts"
import { findRunSpend } from "../../store/usage/budgets.ts"
import type { SupervisedRun } from "./supervised-run.ts"

/**
 * Looks at the stored samples of a run that is to stop when its answer is settled, each time there are some more of them, and orders the stop. Only the first
 * examples of its random order count, as far as each has all of its rollouts: counting whatever is done would favour what is quick.
 */
export class SettleWatch {
  #due = 2

  constructor(private readonly run: SupervisedRun) {}

  async look(): Promise<void> {
    const { record, stop } = this.run
    const { row } = record
    if (row.settling || row.samplesDone < this.#due || record.lastWord) return
    this.#due = nextLook(row.samplesDone)
    const answer = await answerOf(this.run)
    if (answer?.kind === "settled") stop.settle()
    if (answer?.kind !== "off") return
    await record.update({ settling: answer })
    await record.log("warning", `The run asks every example: ${answer.why}`)
  }
}

/** What the samples of a run settle, or why they cannot; null for nothing yet, and for a run that does not ask. */
export async function answerOf({ engine, record }: SupervisedRun): Promise<Settling | null> {
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
  const limits = confidenceSequence(drawn.means, of, range, question)
  const verdict = settledVerdict(limits, question)
  if (verdict === null) return null
  const rollouts = Math.max(0, row.rolloutsTotal - row.samplesDone)
  const spend = await findRunSpend(db, row.id)
  const lanes = Math.min(config.max_concurrent ?? 1, rollouts)
  return {
    kind: "settled",
    verdict,
    examples,
    of,
    mean: drawn.means.reduce((sum, one) => sum + one / examples, 0),
    ...limits,
    saved: {
      rollouts,
      cost_usd: spend && spend.usdInAll > 0 ? (spend.usdInAll / row.samplesDone) * rollouts : null,
      seconds: drawn.durationMs === null || lanes < 1 ? null : (drawn.durationMs / 1000) * (rollouts / lanes),
    },
  }
}

function troubleOf({ unscored, least, most }: DrawnExamples, range: ValueRange): string | null {
  if (unscored > 0)
    return `${unscored === 1 ? "a rollout has" : `${unscored} rollouts have`} no reward, so the mean of the others would be all that is known`
  const outside = [least, most].find((reward) => reward !== null && (reward < range[0] || reward > range[1]))
  return outside === undefined
    ? null
    : `a reward of ${outside} is outside of ${range[0]} to ${range[1]}, and limits need a range that all rewards lie in`
}
