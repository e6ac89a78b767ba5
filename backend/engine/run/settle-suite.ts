import {
  alignExamples,
  comparePair,
  errorOfPair,
  type HostedEvalConfig,
  isTerminal,
  onlyDrawn,
  type Question,
  type Settled,
  settledVerdict,
} from "../../../contract/index.ts"
import type { Db } from "../../store/db.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { listSuite } from "../../store/evaluations/evaluations.ts"
import { readComparedExamples } from "../../store/samples/compared-examples.ts"
import { readDrawnExamples } from "../../store/samples/drawn-examples.ts"

/**
 * The differences of a run from each other one of its suite, all of them settled; why they cannot be, or null while one of them is not.
 *
 * All runs draw the same examples in one order, so that a difference is known over the first ones that both have done. Its limits are those of a
 * confidence sequence, which is right however far either of both came and whatever made it stop. Each pair of the suite may be wrong in its part of the
 * 5 %. They only close in: what settles one run of a pair settles the other, too. Runs that ended without all of their examples are not waited for.
 */
export async function suiteDifferences(
  db: Db,
  row: EvaluationRecord,
  { ids, of, question }: { ids: string[]; of: number; question: Question },
): Promise<NonNullable<Settled["suite"]> | string | null> {
  const suite = await listSuite(db, row)
  const others = suite.filter(({ id, status }) => id !== row.id && (status === "COMPLETED" || !isTerminal(status)))
  if (others.length === 0) return null
  const each = (row.evalConfig as HostedEvalConfig).rollouts_per_example
  const own = onlyDrawn(await readComparedExamples(db, row), { order: ids, of })
  const settled: NonNullable<Settled["suite"]> = []
  for (const other of others) {
    const drawn = await readDrawnExamples(db, other.id, each)
    const ofOther = other.settling?.kind === "settled" ? other.settling.of : Math.round((other.rolloutsTotal ?? 0) / each)
    const examples = onlyDrawn(await readComparedExamples(db, other), { order: drawn.ids, of: ofOther })
    const { difference, interval95 } = comparePair(alignExamples([examples, own], "zero"), 0, 1, 0, errorOfPair(suite.length))
    if (interval95?.approximate) return "rewards of a run of its suite lie outside of the range that is known of them"
    if (difference === null || !interval95?.of_all_examples) return null
    const { low, high } = interval95
    const verdict = settledVerdict({ low, high }, question)
    if (!verdict) return null
    settled.push({ evaluation_id: other.id, difference, low, high, verdict })
  }
  return settled
}
