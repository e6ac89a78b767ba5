import type { JsonObject, RunnerJob } from "../../../contract/index.ts"
import type { Handle } from "../../sandbox/executor.ts"
import { listStoredRollouts, type RolloutKey } from "../../store/samples/samples.ts"
import type { AttemptHandle } from "../attempt/attempt-process.ts"
import { attemptId } from "../attempt/folder.ts"
import { type AttemptSpec, startAttempt } from "../attempt/start.ts"
import type { SupervisedRun } from "../run/supervised-run.ts"
import { shardJobs, splitNames } from "./shard-jobs.ts"

/**
 * Starts the other processes of an attempt that has split. What the first one had begun is stored by now: it ended before the split, and its events are
 * taken in their order. So each finds its share by the same rule, and leaves out what was played.
 * @param job that of the first process
 * @param parts what all processes of the attempt are started with
 */
export async function startOthers(
  { engine, record }: SupervisedRun,
  handle: AttemptHandle,
  job: RunnerJob,
  parts: Omit<AttemptSpec, "id" | "job">,
): Promise<void> {
  const count = handle.shards?.length ?? 1
  await record.log("info", `The process kept a core busy while others were idle: ${count} processes share what is left`)
  const before = new Set(job.done.map(([example, index]) => `${example}:${index}`))
  const isNew = ({ exampleId, rolloutIndex }: RolloutKey) => !before.has(`${exampleId}:${rolloutIndex}`)
  const { done } = await listStoredRollouts(engine.services.db, record.id)
  const played = done.filter(isNew).map(({ exampleId, rolloutIndex }): [string, number] => [exampleId, rolloutIndex])
  const names = splitNames(attemptId(record.id, record.row.attempt), count)
  const shards: Handle[] = handle.shards?.slice(0, 1) ?? []
  for (const [shard, share] of shardJobs(job, count).entries())
    if (shard > 0) shards.push(await startAttempt(engine, { ...parts, id: names[shard] as string, job: { ...share, played } }))
  await record.update({ handle: { ...handle, shards } as unknown as JsonObject })
}
