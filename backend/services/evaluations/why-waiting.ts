import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { type ActiveRuns, countActiveRuns } from "../../store/evaluations/run-leases.ts"
import { countWorkers } from "../../store/workers/workers.ts"
import type { Context } from "../context.ts"

/** What the runs that wait are waiting for, as a function of the run; asks the database only when one of them waits. */
export async function whyWaiting(ctx: Context, rows: EvaluationRecord[]): Promise<(row: EvaluationRecord) => string | null> {
  const isWaiting = (row: EvaluationRecord) => row.isHosted && row.status === "PENDING"
  if (!rows.some(isWaiting)) return () => null
  const [active, { workers, capacity }] = await Promise.all([countActiveRuns(ctx.db), countWorkers(ctx.db)])
  const sum = (counts: (one: ActiveRuns) => boolean) => active.filter(counts).reduce((total, one) => total + one.runs, 0)
  const { all, perUser, perTeam } = ctx.config.maxRuns
  return (row) => {
    if (!isWaiting(row)) return null
    if (workers === 0) return "no worker is there to run it"
    const ofUser = sum((one) => one.userId === row.userId)
    const ofTeam = row.teamId === null ? 0 : sum((one) => one.teamId === row.teamId)
    const inAll = sum(() => true)
    const whose = row.userId === ctx.viewer.userId ? "your runs" : "its owner's runs"
    if (perUser !== null && ofUser >= perUser) return `${ofUser} of ${perUser} of ${whose} are at work`
    if (perTeam !== null && ofTeam >= perTeam) return `${ofTeam} of ${perTeam} runs of your team are at work`
    if (all !== null && inAll >= all) return `${inAll} of ${all} runs in all are at work`
    if (inAll >= capacity) return `${inAll} of ${capacity} places are taken`
    return null
  }
}
