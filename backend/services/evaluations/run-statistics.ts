import { passThreshold, type RunStatistics } from "../../../contract/index.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { computeStatistics, readStatistics } from "../../store/evaluations/run-statistics.ts"
import type { Context } from "../context.ts"
import { keepByRun } from "./keep-by-run.ts"

const most = 30

const kept = keepByRun((ctx, row) => readStatistics(ctx.db, row), most)
/** For another threshold than the library's. */
const keptFor = keepByRun((ctx, row, threshold: number) => computeStatistics(ctx.db, row, threshold), most)

/**
 * The statistics of a run's samples. They read every sample, so they are cached: in the database for a run that has ended, in this
 * process for an active one, and for another threshold than the library's.
 * @param threshold a rollout passes when its reward is at least this
 */
export const statisticsOf = (ctx: Context, row: EvaluationRecord, threshold = passThreshold): Promise<RunStatistics> =>
  threshold === passThreshold ? kept(ctx, row) : keptFor(ctx, row, threshold)
