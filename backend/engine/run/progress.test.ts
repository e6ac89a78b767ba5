import { expect, test } from "vitest"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { missingResults } from "./progress.ts"

const row = (values: Partial<EvaluationRecord>) => ({ samplesToRedo: 0, metadata: {}, ...values }) as EvaluationRecord
const refused = { refused_rollouts: { count: 1, first: "example 7: its id is no text" } }

test.each<[Partial<EvaluationRecord>, string | null]>([
  [{ rolloutsTotal: 6, samplesDone: 6 }, null],
  [{ rolloutsTotal: 6, samplesDone: 5 }, "1 of 6 rollouts has no sample"],
  [{ rolloutsTotal: 6, samplesDone: 4, metadata: refused }, "2 of 6 rollouts have no sample. The first: example 7: its id is no text"],
  [{ rolloutsTotal: 6, samplesDone: 6, samplesToRedo: 2 }, "2 of 6 rollouts have no sample"],
  [{ rolloutsTotal: 1, samplesDone: 1001 }, "1001 samples arrived for 1 rollout"],
  [{ rolloutsTotal: 0, samplesDone: 0 }, "The environment had no examples"],
  [{ rolloutsTotal: null, samplesDone: 3 }, "The environment had no examples"],
])("a run is whole when each of its rollouts has one sample: %o", (values, missing) => {
  expect(missingResults(row(values))).toBe(missing)
})
