import { readStatistics } from "../../store/evaluations/run-statistics.ts"
import { keepByRun } from "./keep-by-run.ts"

const runsKept = 30

/**
 * The statistics of a run's samples. They read every sample, so they are cached: in the database for a run that has ended, in this
 * process for an active one.
 */
export const statisticsOf = keepByRun((ctx, row) => readStatistics(ctx.db, row), runsKept)
