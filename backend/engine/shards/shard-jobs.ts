import { type HostedEvalConfig, type RunnerJob, runFields } from "../../../contract/index.ts"

/** How many processes an attempt of a run is: what was asked for, within what holds by now, and none that may not play a single rollout. */
export const shardsOf = (config: Pick<HostedEvalConfig, "shards" | "max_concurrent">, most: number): number =>
  Math.min(config.shards ?? runFields.shards.default, most, config.max_concurrent ?? runFields.max_concurrent.default)

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
  const share = (shard: number) => Math.floor(job.max_concurrent / count) + (shard < job.max_concurrent % count ? 1 : 0)
  return [...Array(count)].map((_, shard) => ({ ...job, shard: [shard, count], max_concurrent: share(shard) }))
}
