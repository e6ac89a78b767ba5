import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { type ActiveRuns, countActiveRuns } from "../../store/evaluations/run-leases.ts"
import { countWorkers } from "../../store/workers/workers.ts"
import type { Context } from "../context.ts"

/** Explains what each queued run is waiting for; queries the database only when one of the runs is queued. */
export async function whyWaiting(ctx: Context, rows: EvaluationRecord[]): Promise<(row: EvaluationRecord) => string | null> {
  const isWaiting = (row: EvaluationRecord) => row.isHosted && row.status === "PENDING"
  if (!rows.some(isWaiting)) return () => null
  const [active, { workers, capacity }] = await Promise.all([countActiveRuns(ctx.db), countWorkers(ctx.db)])
  const sum = (counts: (one: ActiveRuns) => boolean) => active.filter(counts).reduce((total, one) => total + one.runs, 0)
  const { all, perUser, perTeam } = ctx.config.maxRuns
  return (row) => {
    if (!isWaiting(row)) return null
    if (workers === 0) return "no worker is running"
    if (capacity === 0) return "the disk of each worker is nearly full"
    const ofUser = sum((one) => one.userId === row.userId)
    const ofTeam = row.teamId === null ? 0 : sum((one) => one.teamId === row.teamId)
    const inAll = sum(() => true)
    const owner = row.userId === ctx.viewer.userId ? "you have" : "its owner has"
    if (perUser !== null && ofUser >= perUser) return `${owner} ${ofUser} of ${perUser} runs active`
    if (perTeam !== null && ofTeam >= perTeam) return `your team has ${ofTeam} of ${perTeam} runs active`
    if (all !== null && inAll >= all) return `the platform has ${inAll} of ${all} runs active`
    if (inAll >= capacity) return `the workers have ${inAll} of ${capacity} runs active`
    return null
  }
}
