import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { type ActiveRuns, countActiveRuns } from "../../store/evaluations/run-leases.ts"
import { listWaiting, type WaitingRequests } from "../../store/providers/requests.ts"
import { countWorkers } from "../../store/workers/workers.ts"
import type { Context } from "../context.ts"

type WhyWaiting = (row: EvaluationRecord) => string | null

/**
 * Explains what each run is waiting for: a queued one for its turn, one that runs for its provider's limits. Queries the database only when
 * one of the runs may wait.
 */
export async function whyWaiting(ctx: Context, rows: EvaluationRecord[]): Promise<WhyWaiting> {
  const [ofQueued, ofRunning] = await Promise.all([whyQueued(ctx, rows), whyHeldUp(ctx, rows)])
  return (row) => ofQueued(row) ?? ofRunning(row)
}

/** Requests of runs that wait for a provider's limits. */
async function whyHeldUp(ctx: Context, rows: EvaluationRecord[]): Promise<WhyWaiting> {
  const running = rows.filter((row) => row.isHosted && row.status === "RUNNING")
  if (running.length === 0) return () => null
  const waiting = await listWaiting(
    ctx.db,
    running.map(({ id }) => id),
  )
  return (row) => {
    const own = waiting.find(({ evaluationId }) => evaluationId === row.id)
    return own ? heldUpText(own) : null
  }
}

function heldUpText({ waiting, provider, requestsPerMinute, concurrency }: WaitingRequests): string {
  const bounds = [
    ...(requestsPerMinute === null ? [] : [`${requestsPerMinute} ${requestsPerMinute === 1 ? "request" : "requests"} a minute`]),
    ...(concurrency === null ? [] : [`${concurrency} at once`]),
  ]
  const limit = bounds.length === 0 ? "" : `, which takes ${bounds.join(" and ")}`
  return `${waiting === 1 ? "1 request waits" : `${waiting} requests wait`} for ${provider}${limit}`
}

/** What queued runs wait for. */
async function whyQueued(ctx: Context, rows: EvaluationRecord[]): Promise<WhyWaiting> {
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
