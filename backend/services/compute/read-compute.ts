import { type Compute, type ComputeExecutor, executorKinds, limits } from "../../../contract/index.ts"
import { localExecutor } from "../../base/engines/engine-config.ts"
import { type EngineReport, listEngineReports } from "../../store/compute/engine-reports.ts"
import { countPlacedRuns, listLostAttempts, listPlacedRuns, type PlacedRun } from "../../store/compute/placed-runs.ts"
import { findUser } from "../../store/identity/users.ts"
import { countWorkers } from "../../store/workers/workers.ts"
import { type Context, requireUser } from "../context.ts"

/** A worker that has not asked an engine for so long is not there. */
const reportMinutesMax = 5
const gigabyte = 1024 ** 3

/** Where runs run, with what runs and waits there: everybody's for admins of the platform, for others what they may see. */
export async function readCompute(ctx: Context): Promise<Compute> {
  const isAdmin = (await findUser(ctx.db, requireUser(ctx)))?.role === "ADMIN"
  const viewer = isAdmin ? null : ctx.viewer
  const [counts, reports] = await Promise.all([countPlacedRuns(ctx.db), listEngineReports(ctx.db)])
  const fill = async (one: Omit<ComputeExecutor, "is_default" | "running" | "waiting" | "runs" | "errors">): Promise<ComputeExecutor> => {
    const isLocal = one.name === localExecutor
    const runs = await listPlacedRuns(ctx.db, one.name, viewer, limits.computeRunsMax)
    const lost = await listLostAttempts(ctx.db, isLocal ? executorKinds : [one.name], viewer, limits.computeErrorsMax)
    const here = counts.filter(({ place }) => place === one.name)
    const sum = (runsOf: typeof here) => runsOf.reduce((total, { runs: some }) => total + some, 0)
    return {
      ...one,
      is_default: one.name === ctx.config.defaultExecutor,
      running: sum(here.filter(({ isBegun, isPending }) => isBegun && !isPending)),
      waiting: sum(here.filter(({ isBegun, isPending }) => !isBegun || isPending)),
      runs: runs.map(toRun),
      errors: lost.map(({ evaluationId, endedAt, endDetail }) => ({
        evaluation_id: evaluationId,
        at: (endedAt ?? new Date()).toISOString(),
        message: endDetail ?? "it was lost",
      })),
    }
  }
  const own = await localOf(ctx)
  const engines = ctx.config.engines.map(({ name, kind, max }) => {
    const given = { cpu_cores: max.cpu_cores ?? null, memory_gb: max.memory_gb ?? null, disk_size_gb: max.disk_size_gb ?? null }
    const found = reports.find((report) => report.name === name)
    return { name, kind, ...heardOf(found, isAdmin), max: { ...given, gpu_count: max.gpu_count } }
  })
  return { executors: await Promise.all([own, ...engines].map(fill)), scope: isAdmin ? "all" : "own" }
}

/** The platform's own machines, as their workers keep it up to date. */
async function localOf({ db, config }: Context) {
  const { workers, capacity } = await countWorkers(db)
  const notes = workers > 0 && capacity === 0 ? ["The disk of each worker is nearly full: no run begins"] : []
  return {
    name: localExecutor,
    kind: config.sandbox.kind,
    reachable: workers > 0,
    trouble: workers > 0 ? null : "No worker is running",
    reported_at: new Date().toISOString(),
    report: { nodes: { total: workers, up: workers }, cpu_cores: null, memory_gb: null, gpus: null, jobs: null, notes },
    max: {
      cpu_cores: 0,
      memory_gb: config.sandbox.memoryBytes / gigabyte,
      disk_size_gb: config.sandbox.diskBytes / gigabyte,
      gpu_count: 0,
    },
  }
}

function heardOf(found: EngineReport | undefined, isAdmin: boolean) {
  if (!found) return { reachable: null, trouble: null, reported_at: null, report: null }
  const isOld = Date.now() - found.reportedAt.getTime() > reportMinutesMax * 60_000
  const trouble = isOld ? `No worker has asked it for ${reportMinutesMax} minutes` : found.trouble
  return {
    reachable: trouble === null,
    trouble: isAdmin ? trouble : null,
    reported_at: found.reportedAt.toISOString(),
    report: isOld ? null : found.report,
  }
}

const toRun = ({ id, name, status, phase, phaseDetail, since }: PlacedRun) => ({
  evaluation_id: id,
  name,
  status,
  is_waiting: status === "PENDING" || (phase === "starting" && phaseDetail?.startsWith("waiting for ") === true),
  detail: phaseDetail ?? phase,
  since: since.toISOString(),
})
