import { type HostedEvalConfig, type RunnerJob, runFields } from "../../../contract/index.ts"

/** As many rollouts at once the library's own command gives to one process. */
const rolloutsOfProcess = 256

/**
 * How many processes an attempt of a run is: as many as were asked for, within what holds by now, and none that may not play a single rollout.
 * Where nothing was asked for, as many as the library would start for so many rollouts at once, and no more than there are cores.
 * @param rollouts how many the run has; null when that is not known
 */
export function shardsOf(
  { shards, max_concurrent }: Pick<HostedEvalConfig, "shards" | "max_concurrent">,
  { rollouts, cores, most }: { rollouts: number | null; cores: number; most: number },
): number {
  const atOnce = max_concurrent ?? runFields.max_concurrent.default
  const byLoad = Math.min(cores, Math.ceil(Math.min(atOnce, rollouts ?? atOnce) / rolloutsOfProcess))
  return Math.max(1, Math.min(shards ?? byLoad, most, atOnce))
}

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
