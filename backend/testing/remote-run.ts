import { newId } from "../base/ids.ts"
import { followAttempt } from "../engine/attempt/follow.ts"
import { RemoteAttempts, type RemoteStart } from "../engine/remote/remote-attempts.ts"
import type { RemoteEngine } from "../engine/remote/remote-engine.ts"
import { RunRecord } from "../engine/run/run-record.ts"
import type { WorkerContext } from "../engine/worker-context.ts"
import type { Platform } from "../platform.ts"
import type { Handle } from "../sandbox/executor.ts"
import { claimRun, releaseRun } from "../store/evaluations/run-leases.ts"

/** What the silence of an attempt is for a minute, in less. */
export const beSilent = ({ database }: Platform, id: string) =>
  database.pool.query("update remote_attempts set heard_at = heard_at - interval '61 seconds' where id = $1", [id])

/**
 * A worker that has claimed the run, as far as its attempts on other machines go: what a supervisor does without the environment's own
 * installation and runner, whose place a test's program takes.
 */
export async function superviseElsewhere({ services }: Platform, owner: string, engine: RemoteEngine) {
  const { db } = services
  const remote = new RemoteAttempts(services, [engine])
  const machine = `${owner}-machine`
  const context = { services, owner, machine, remote, executor: { kind: "process" } } as unknown as WorkerContext
  const row = await claimRun(db, { owner, machine, port: 1 }, { all: null, perUser: null, perTeam: null }, [])
  if (!row) throw new Error("There is no run to claim")
  const record = new RunRecord(context, row)
  await record.recall()
  return {
    record,
    remote,
    async start(program: Pick<RemoteStart, "files"> & { specOf: (workDir: string, id: string) => RemoteStart["spec"] }): Promise<Handle> {
      const number = record.row.attempt + 1
      const deadlineAt = new Date(Date.now() + 3_600_000)
      const begun = { attempt: number, handle: null, machine, eventsOffset: 0, outputOffset: 0, startedAt: new Date(), deadlineAt }
      await record.update({ status: "RUNNING", phase: "starting", ...begun, executor: engine.kind }, { begins: { reason: "continued" } })
      await record.gatherInjection(`her_${newId()}`, [])
      const { id, workDir } = remote.handleOf(`${record.id}-${number}`, engine)
      const handle = await remote.start({
        engine,
        evaluationId: record.id,
        number,
        spec: program.specOf(workDir, id),
        files: program.files,
      })
      await record.update({ handle: { ...handle } })
      return handle
    },
    /** Follows the attempt until it ends, or the test wants to stop; null then. */
    follow: (handle: Handle, mustStop: () => boolean = () => false) =>
      followAttempt((one) => remote.inspect(one), handle, {
        takeNext: () => record.takeNext(handle),
        mustStop,
        wake: new AbortController().signal,
      }),
    leave: () => releaseRun(db, record.id, owner),
  }
}
