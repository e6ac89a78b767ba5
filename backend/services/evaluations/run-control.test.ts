import { expect, test } from "vitest"
import { newId } from "../../base/ids.ts"
import type { EvaluationChanges } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { findRunSecrets, insertRunSecrets } from "../../store/evaluations/run-secrets.ts"
import { recordHeartbeat } from "../../store/workers/workers.ts"
import { newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { until } from "../../testing/until.ts"
import { newHostedRun } from "../../testing/waiting-run.ts"
import { cancelEvaluation } from "./cancel-evaluation.ts"
import { deleteEvaluation } from "./delete-evaluation.ts"
import { getEvaluation } from "./get-evaluation.ts"
import { resumeEvaluation } from "./resume-evaluation.ts"
import { updateEvaluationFields } from "./update-evaluation.ts"

const platform = testPlatform({ MAX_RUNS_PER_USER: "1" })

/** A hosted run in some state, as its worker left it. */
const newRun = (owner: { userId: string; teamId?: string | null }, changes: EvaluationChanges): Promise<string> =>
  newHostedRun(platform(), owner, `e-${newId().slice(-8)}`, changes)

const secretsOf = async (id: string) => findRunSecrets(platform().services.db, id)

test("a run that waits is cancelled at once, and its one-off secrets are gone", async () => {
  const ada = await newUser(platform(), "ada")
  const id = await newRun(ada, {})
  await insertRunSecrets(ada.db, id, Buffer.from("sealed"))
  expect(await cancelEvaluation(ada, id)).toMatchObject({ status: "CANCELLED", phase: "ended" })
  expect(await secretsOf(id)).toBeUndefined()
  // Cancelling again, when the first answer was lost, is no error.
  expect((await cancelEvaluation(ada, id)).status).toBe("CANCELLED")
})

test("a run with a worker is asked to stop, and ends when its worker ends it", async () => {
  const bea = await newUser(platform(), "bea")
  const id = await newRun(bea, { status: "RUNNING", phase: "running" })
  const first = await cancelEvaluation(bea, id)
  expect(first).toMatchObject({ status: "RUNNING", phaseDetail: "stopping", cancelRequestedAt: expect.any(Date) })
  expect((await cancelEvaluation(bea, id)).cancelRequestedAt).toEqual(first.cancelRequestedAt)
  await expect(deleteEvaluation(bea, id)).rejects.toMatchObject({ code: "conflict" })
})

test("what has ended is not cancelled", async () => {
  const cyd = await newUser(platform(), "cyd")
  await expect(cancelEvaluation(cyd, await newRun(cyd, { status: "COMPLETED", phase: "ended" }))).rejects.toThrow("already ended")
})

test("the members of a team cancel and resume its runs; strangers do not learn of them", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "stranger")
  const id = await newRun({ userId: admin.userId, teamId }, { rolloutsTotal: 4 })
  for (const attempt of [
    () => getEvaluation(stranger, id),
    () => cancelEvaluation(stranger, id),
    () => resumeEvaluation(stranger, id, { mode: "missing" }),
  ])
    await expect(attempt()).rejects.toMatchObject({ code: "not_found" })
  await cancelEvaluation(member, id)
  expect(await resumeEvaluation(member, id, { mode: "missing" })).toMatchObject({
    status: "PENDING",
    userId: admin.userId,
    resume: { userId: member.userId },
  })
})

const ended = { status: "COMPLETED", phase: "ended", completedAt: new Date() } as const

test.each([
  { has: { samplesDone: 2, samplesErrored: 0 }, allowed: ["missing", "missing_and_errored"] },
  { has: { samplesDone: 4, samplesErrored: 1 }, allowed: ["errors_only", "missing_and_errored"] },
  { has: { samplesDone: 2, samplesErrored: 1 }, allowed: ["missing", "errors_only", "missing_and_errored"] },
  { has: { samplesDone: 4, samplesErrored: 0 }, allowed: [] },
])("of 4 rollouts with $has, a run may be resumed for $allowed", async ({ has, allowed }) => {
  const user = await newUser(platform(), `u${newId().slice(-8)}`)
  for (const mode of ["missing", "errors_only", "missing_and_errored"] as const) {
    const resumed = resumeEvaluation(user, await newRun(user, { ...ended, rolloutsTotal: 4, ...has }), { mode })
    if (allowed.includes(mode)) expect(await resumed, mode).toMatchObject({ status: "PENDING", completedAt: null, failure: null })
    else await expect(resumed, mode).rejects.toMatchObject({ code: "conflict" })
  }
})

test("a run under way is not resumed", async () => {
  const dan = await newUser(platform(), "dan")
  const id = await newRun(dan, { status: "RUNNING", phase: "running", rolloutsTotal: 4 })
  await expect(resumeEvaluation(dan, id, { mode: "missing" })).rejects.toThrow("has not ended")
})

/** Does something that writes a run's row while another transaction, which changes it, holds its lock. */
async function duringChange<T>(id: string, change: EvaluationChanges, work: () => Promise<T>): Promise<PromiseSettledResult<T>> {
  const { services, database } = platform()
  const waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
  // In an object, since the work goes on only after the transaction.
  const { settled } = await services.db.transaction(async (tx) => {
    await lockEvaluation(tx, id)
    const settled = Promise.allSettled([work()])
    await until("it waits for the lock", async () => (await database.pool.query(waiting)).rows.length > 0)
    await updateEvaluation(tx, id, change)
    return { settled }
  })
  return (await settled)[0]
}

test("a run that is being resumed is not deleted", async () => {
  const hal = await newUser(platform(), "hal")
  const id = await newRun(hal, { status: "FAILED", phase: "ended", rolloutsTotal: 4 })
  const deleted = await duringChange(id, { status: "PENDING", phase: "queued" }, () => deleteEvaluation(hal, id))
  expect(deleted).toMatchObject({ status: "rejected", reason: { code: "conflict" } })
  expect((await getEvaluation(hal, id)).status).toBe("PENDING")
})

test("what a run writes down while its description is changed stays", async () => {
  const ivy = await newUser(platform(), "ivy")
  const id = await newRun(ivy, { status: "RUNNING", phase: "running" })
  const changed = await duringChange(id, { metadata: { harnesses: ["chat"] }, name: "renamed" }, () =>
    updateEvaluationFields(ivy, id, { metadata: { note: "mine" } }),
  )
  expect(changed).toMatchObject({ status: "fulfilled", value: { name: "renamed", metadata: { harnesses: ["chat"], note: "mine" } } })
})

test("the one-off secrets of a run are given again when it is resumed", async () => {
  const eve = await newUser(platform(), "eve")
  const id = await newRun(eve, { ...ended, rolloutsTotal: 4, evalConfig: { custom_secrets: { TOKEN: "$TOKEN" } } })
  await expect(resumeEvaluation(eve, id, { mode: "missing" })).rejects.toMatchObject({ problems: [{ path: ["custom_secrets"] }] })
  const row = await resumeEvaluation(eve, id, { mode: "missing", custom_secrets: { TOKEN: "hunter2-hunter2" } })
  expect(row.evalConfig?.custom_secrets).toEqual({ TOKEN: "$TOKEN" })
  expect((await secretsOf(id))?.sealed?.toString("latin1")).not.toContain("hunter2")
})

test("a waiting run says what it waits for: a worker, its owner's limit, or room on the workers", async () => {
  const { db } = platform().services
  await platform().database.pool.query("delete from evaluations")
  const [fay, gus] = [await newUser(platform(), "fay"), await newUser(platform(), "gus")]
  const waiting = await newRun(fay, {})
  const reason = async () => (await getEvaluation(fay, waiting)).waits_for
  expect(await reason()).toContain("no worker")
  await recordHeartbeat(db, { owner: "w", machine: "m" }, 1, [])
  expect(await reason()).toBeNull()
  const others = await newRun(gus, { status: "RUNNING", phase: "running" })
  expect(await reason()).toContain("the workers have 1 of 1 runs")
  await newRun(fay, { status: "RUNNING", phase: "running" })
  expect(await reason()).toContain("you have 1 of 1 runs")
  expect((await getEvaluation(gus, others)).waits_for).toBeNull()
})
