import type { Evaluation, EvaluationNotice, ListEvaluationsResponse } from "@/contract/index.ts"

/** The run updated from the notice; the same object when the notice is older than what is known. */
export function withNotice(run: Evaluation, notice: EvaluationNotice): Evaluation {
  if (run.evaluation_id !== notice.evaluation_id || Date.parse(notice.updated_at) < Date.parse(run.updated_at)) return run
  return {
    ...run,
    status: notice.status,
    phase: notice.phase,
    phase_detail: notice.phase_detail,
    progress: notice.progress,
    avg_score: notice.avg_score,
    total_samples: notice.samples,
    updated_at: notice.updated_at,
  }
}

/** The list with the run of the notice updated in place, or without it once it was deleted; the same object when the run is not in it. */
export function listWithNotice(list: ListEvaluationsResponse, notice: EvaluationNotice): ListEvaluationsResponse {
  const at = list.evaluations.findIndex((run) => run.evaluation_id === notice.evaluation_id)
  const before = list.evaluations[at]
  if (!before) return list
  if (notice.deleted) return { ...list, evaluations: list.evaluations.toSpliced(at, 1), total: list.total - 1 }
  const after = withNotice(before, notice)
  return after === before ? list : { ...list, evaluations: list.evaluations.with(at, after) }
}
