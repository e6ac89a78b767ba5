import { expect, test } from "vitest"
import type { Evaluation, EvaluationNotice, ListEvaluationsResponse } from "@/contract/index.ts"
import { listWithNotice, withNotice } from "./apply-notice.ts"

const run = { evaluation_id: "a", status: "RUNNING", total_samples: 3, updated_at: "2026-11-22T10:00:00Z", name: "first" } as Evaluation
const notice: EvaluationNotice = {
  evaluation_id: "a",
  environment_id: "e",
  status: "COMPLETED",
  phase: "ended",
  phase_detail: null,
  progress: { total: 8, started: 8, done: 8, errored: 1 },
  avg_score: 0.5,
  samples: 8,
  log_lines: 40,
  updated_at: "2026-11-22T10:00:05Z",
}

test("a notice changes what it carries and leaves the rest", () => {
  expect(withNotice(run, notice)).toMatchObject({ name: "first", status: "COMPLETED", phase: "ended", total_samples: 8, avg_score: 0.5 })
})

test("an older notice and one of another run change nothing", () => {
  expect(withNotice(run, { ...notice, updated_at: "2026-11-22T09:59:59Z" })).toBe(run)
  expect(withNotice(run, { ...notice, evaluation_id: "b" })).toBe(run)
})

test("a list keeps its order", () => {
  const list = { evaluations: [{ ...run, evaluation_id: "b" }, run], total: 2, skip: 0, limit: 50 } as ListEvaluationsResponse
  expect(listWithNotice(list, notice).evaluations.map((one) => [one.evaluation_id, one.status])).toEqual([
    ["b", "RUNNING"],
    ["a", "COMPLETED"],
  ])
  expect(listWithNotice(list, { ...notice, evaluation_id: "zz" })).toBe(list)
})

test("a deleted run leaves the list", () => {
  const list = { evaluations: [{ ...run, evaluation_id: "b" }, run], total: 7, skip: 0, limit: 50 } as ListEvaluationsResponse
  const after = listWithNotice(list, { ...notice, deleted: true, updated_at: run.updated_at })
  expect([after.evaluations.map((one) => one.evaluation_id), after.total]).toEqual([["b"], 6])
})
