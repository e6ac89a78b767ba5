import { availableParallelism } from "node:os"
import { type HostedEvalConfig, type RunnerJob, runFields } from "../../../contract/index.ts"
import type { Config } from "../../base/config.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"

/** As many rollouts at once the library's own command gives to one process. */
const rolloutsOfProcess = 256

interface Room {
  /** How many rollouts the run has; null when that is not known. */
  rollouts: number | null
  cores: number
  most: number
}

/**
 * How many processes an attempt of a run begins as: as many as were asked for, within what holds by now, and none that may not play a single rollout.
 * Where nothing was asked for, as many as the library would start for so many rollouts at once, and no more than there are cores.
 */
export function shardsOf(config: Pick<HostedEvalConfig, "shards" | "max_concurrent">, { rollouts, cores, most }: Room): number {
  const atOnce = config.max_concurrent ?? runFields.max_concurrent.default
  const byLoad = Math.min(cores, Math.ceil(Math.min(atOnce, rollouts ?? atOnce) / rolloutsOfProcess))
  return Math.max(1, Math.min(config.shards ?? byLoad, most, atOnce))
}

/** Into how many processes one that begins alone may split: where nobody asked for a number, one for each core. */
export function processesAllowed(
  config: Pick<HostedEvalConfig, "shards" | "max_concurrent">,
  { cores, most }: Pick<Room, "cores" | "most">,
): number {
  return typeof config.shards === "number"
    ? 1
    : Math.max(1, Math.min(cores, most, config.max_concurrent ?? runFields.max_concurrent.default))
}

/** The same of a run on this machine, as it stands; 1 where it may not split. */
export const splitsInto = (run: Pick<EvaluationRecord, "evalConfig" | "scoresOf">, { maxShards }: Pick<Config, "maxShards">): number =>
  run.scoresOf ? 1 : processesAllowed((run.evalConfig ?? {}) as HostedEvalConfig, { cores: availableParallelism(), most: maxShards })

/** The names of the processes of an attempt: its own where it is one. */
export const shardNames = (attempt: string, count: number): string[] =>
  count === 1 ? [attempt] : [...Array(count)].map((_, shard) => `${attempt}-s${shard}`)

/** Whether a name is that of an attempt, or of a shard of it. */
export const isOfAttempt = (attempt: string, name: string): boolean =>
  name === attempt || (name.startsWith(`${attempt}-s`) && /^\d+$/.test(name.slice(attempt.length + 2)))

/**
 * The jobs of an attempt's processes. Each plays its share of the rollouts, and no more of them at once than its share of what the run may:
 * together exactly that.
 * @param count at most `max_concurrent` of the job
 */
export function shardJobs(job: RunnerJob, count: number): RunnerJob[] {
  if (count === 1) return [job]
  // The runner counts the same when it splits (share_of_limit in job.py).
  const share = (shard: number) => Math.floor(job.max_concurrent / count) + (shard < job.max_concurrent % count ? 1 : 0)
  return [...Array(count)].map((_, shard) => ({ ...job, shard: [shard, count], max_concurrent: share(shard), processes: 1 }))
}

/** The processes of an attempt that began as one and splits: the first goes on under its own name. */
export const splitNames = (attempt: string, count: number): string[] => [attempt, ...shardNames(attempt, count).slice(1)]
