import { expect, test } from "vitest"
import {
  CreateChannelRequest,
  CreateEvaluationRequest,
  CreateRuleRequest,
  CreateScheduleRequest,
  ListEvaluationsQuery,
  limits,
  type RunSchedule,
  type ScheduleTime,
} from "../../../contract/index.ts"
import { wordsOf } from "../../outbox/words.ts"
import { markAsSample } from "../../store/environments/environments.ts"
import { markVersionDue, nextTime } from "../../store/schedules/schedules.ts"
import { newEnvironment, newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { pinBaseline } from "../environments/baseline.ts"
import { createEvaluation } from "../evaluations/create-evaluation.ts"
import { finalizeEvaluation } from "../evaluations/finalize-evaluation.ts"
import { getEvaluation } from "../evaluations/get-evaluation.ts"
import { listEvaluations } from "../evaluations/list-evaluations.ts"
import { pushSamples } from "../evaluations/push-samples.ts"
import { createChannel } from "../notifications/channels.ts"
import { createRule } from "../notifications/rules.ts"
import { launchDue } from "./launch-scheduled.ts"
import { createSchedule, deleteSchedule, readSchedules, runScheduleNow, updateSchedule } from "./schedules.ts"

const platform = testPlatform()
const daily: ScheduleTime = { kind: "daily", time: "06:00", time_zone: "UTC" }

const make = (ctx: Context, slug: string, more: object = {}) =>
  createSchedule(
    ctx,
    slug,
    "maze",
    CreateScheduleRequest.parse({
      name: "nightly",
      inference_model: "demo/solver",
      eval_config: {
        num_examples: 2,
        rollouts_per_example: 1,
        timeout_minutes: 120,
        api_base_url: "http://127.0.0.1:9/v1",
      },
      when: daily,
      ...more,
    }),
  )

const runsOf = async (ctx: Context, slug: string): Promise<RunSchedule["runs"]> =>
  (await readSchedules(ctx, slug, "maze")).schedules.flatMap(({ runs }) => runs)

const isDueSince = (id: string, ago: string) =>
  platform().database.pool.query("update run_schedules set next_at = now() - $2::interval where id = $1", [id, ago])
const end = (id: string) =>
  platform().database.pool.query("update evaluations set status = 'COMPLETED', completed_at = now() where id = $1", [id])

test("the next time is that of the clock where the schedule is, also when the clock is changed", async () => {
  const { db } = platform().services
  const berlin = { kind: "daily", time: "02:30", time_zone: "Europe/Berlin" } as const
  const next = async (when: ScheduleTime, after: string) => (await nextTime(db, when, new Date(after)))?.toISOString()
  expect(await next(berlin, "2026-01-10T01:00:00Z")).toBe("2026-01-10T01:30:00.000Z")
  expect(await next(berlin, "2026-01-10T01:30:00Z")).toBe("2026-01-11T01:30:00.000Z")
  expect(await next(berlin, "2026-07-10T00:00:00Z")).toBe("2026-07-10T00:30:00.000Z")
  // 29 March 2026: 02:30 is skipped there, and 03:30 is as late after midnight.
  expect(await next(berlin, "2026-03-28T12:00:00Z")).toBe("2026-03-29T01:30:00.000Z")
  expect(await next(berlin, "2026-03-29T01:30:00Z")).toBe("2026-03-30T00:30:00.000Z")
  // 25 October 2026: 02:30 is there twice, and counts once.
  const first = (await next(berlin, "2026-10-24T12:00:00Z")) as string
  expect(await next(berlin, first)).toBe("2026-10-26T01:30:00.000Z")
  const monday = { kind: "weekly", weekday: 1, time: "00:15", time_zone: "Asia/Kolkata" } as const
  expect(await next(monday, "2026-11-29T00:00:00Z")).toBe("2026-11-29T18:45:00.000Z")
  expect(await next(monday, "2026-11-29T18:45:00Z")).toBe("2026-12-06T18:45:00.000Z")
  expect(await nextTime(db, { kind: "version" })).toBeNull()
})

test("a schedule launches its run when it is due, once however often and by how many workers that is tried", async () => {
  const ada = await newUser(platform(), "ada")
  await newEnvironment(platform(), ada, { name: "maze" })
  const made = await make(ada, "ada")
  expect(made).toMatchObject({ is_paused: false, problem: null, runs: [], when: daily })
  expect(Date.parse(made.next_at as string)).toBeGreaterThan(Date.now())
  await launchDue(platform().services)
  expect(await runsOf(ada, "ada")).toEqual([])

  // Nothing ran for a week: seven times were missed, and one run makes up for them.
  await isDueSince(made.id, "7 days")
  await Promise.all([launchDue(platform().services), launchDue(platform().services), launchDue(platform().services)])
  await launchDue(platform().services)
  const [run, ...others] = await runsOf(ada, "ada")
  expect(others).toEqual([])
  const stored = await getEvaluation(ada, run?.evaluation_id as string)
  expect(stored).toMatchObject({ name: "nightly", schedule_id: made.id, status: "PENDING", model_name: "demo/solver" })
  expect(stored.eval_config).toMatchObject({ num_examples: 2, rollouts_per_example: 1 })
  const [after] = (await readSchedules(ada, "ada", "maze")).schedules
  expect(Date.parse(after?.next_at as string)).toBeGreaterThan(Date.now())

  // Its run is still under way at the next time.
  await isDueSince(made.id, "1 minute")
  await launchDue(platform().services)
  expect(await runsOf(ada, "ada")).toHaveLength(1)
  expect((await readSchedules(ada, "ada", "maze")).schedules[0]?.problem?.message).toContain("under way")
  await end(run?.evaluation_id as string)
  await isDueSince(made.id, "1 minute")
  await launchDue(platform().services)
  expect(await runsOf(ada, "ada")).toHaveLength(2)
  expect((await readSchedules(ada, "ada", "maze")).schedules[0]?.problem).toBeNull()
})

test("a paused schedule launches nothing, and does not make up for its pause; a deleted one leaves its runs", async () => {
  const bea = await newUser(platform(), "bea")
  await newEnvironment(platform(), bea, { name: "maze" })
  const { id } = await make(bea, "bea")
  expect(await updateSchedule(bea, id, { is_paused: true })).toMatchObject({ is_paused: true, next_at: null })
  await launchDue(platform().services)
  expect(await runsOf(bea, "bea")).toEqual([])
  const again = await updateSchedule(bea, id, { is_paused: false, when: { kind: "weekly", weekday: 3, time: "23:59", time_zone: "UTC" } })
  expect(new Date(again.next_at as string).getUTCDay()).toBe(3)
  const run = await runScheduleNow(bea, id)
  await deleteSchedule(bea, id)
  await expect(deleteSchedule(bea, id)).rejects.toMatchObject({ code: "not_found" })
  expect((await getEvaluation(bea, run)).schedule_id).toBe(id)
})

test("with a published version the schedules of its environment that wait for one are due", async () => {
  const cem = await newUser(platform(), "cem")
  const { id: environmentId } = await newEnvironment(platform(), cem, { name: "maze" })
  const made = await make(cem, "cem", { when: { kind: "version" } })
  expect(made.next_at).toBeNull()
  await make(cem, "cem", { name: "daily" })
  const paused = await make(cem, "cem", { name: "paused", when: { kind: "version" } })
  await updateSchedule(cem, paused.id, { is_paused: true })
  expect(await markVersionDue(platform().services.db, environmentId)).toBe(true)
  await launchDue(platform().services)
  expect((await runsOf(cem, "cem")).map(({ name }) => name)).toEqual(["nightly"])
  expect((await readSchedules(cem, "cem", "maze")).schedules.find(({ id }) => id === made.id)?.next_at).toBeNull()
})

test("a run is compared with the pinned one, or with the one before", async () => {
  const dot = await newUser(platform(), "dot")
  const { id: environmentId } = await newEnvironment(platform(), dot, { name: "maze" })
  const rewards = async (id: string, reward: number) => {
    await pushSamples(
      dot,
      id,
      Array.from({ length: 40 }, (_, n) => ({ example_id: `${n}`, reward: n % 8 === 0 ? 1 - reward : reward })),
    )
    return id
  }
  const upload = async (name: string, reward: number) => {
    const { id } = await createEvaluation(
      dot,
      CreateEvaluationRequest.parse({ name, model_name: "demo/solver", environments: [{ id: environmentId }] }),
    )
    await finalizeEvaluation(dot, await rewards(id, reward), {})
    return id
  }
  const good = await upload("good", 1)
  const bad = await upload("bad", 0)
  const worse = await upload("worse", 0)
  await pinBaseline(dot, "dot", "maze", good)
  const pinned = await make(dot, "dot")
  const { pool } = platform().database
  await pool.query("update evaluations set schedule_id = $1 where id = any($2)", [pinned.id, [bad, worse]])
  const verdicts = async () => (await runsOf(dot, "dot")).map(({ verdict }) => verdict?.text ?? null)
  expect(await verdicts()).toEqual(["worse", "worse"])
  await updateSchedule(dot, pinned.id, { baseline: "previous" })
  expect(await verdicts()).toEqual([expect.stringMatching(/equally good|cannot tell/), null])
  await updateSchedule(dot, pinned.id, { baseline: "none" })
  expect(await verdicts()).toEqual([null, null])
})

test("what cannot be launched is refused when the schedule is made, and told with it later", async () => {
  const eve = await newUser(platform(), "eve")
  await newEnvironment(platform(), eve, { name: "maze" })
  const refused = (more: object) => make(eve, "eve", more)
  await expect(refused({ inference_model: "nobody/has-it", eval_config: { num_examples: 1, rollouts_per_example: 1 } })).rejects.toThrow(
    "nobody/has-it",
  )
  await expect(
    refused({ eval_config: { num_examples: 1, rollouts_per_example: 1, custom_secrets: { TOKEN: "x" } } }),
  ).rejects.toMatchObject({ problems: [{ path: ["eval_config", "custom_secrets"] }] })
  for (const when of [
    { kind: "daily", time: "25:00", time_zone: "UTC" },
    { kind: "daily", time: "06:00", time_zone: "Mars/Olympus" },
    { kind: "weekly", weekday: 8, time: "06:00", time_zone: "UTC" },
  ])
    expect(CreateScheduleRequest.shape.when.safeParse(when).success, JSON.stringify(when)).toBe(false)

  const endpoint = { num_examples: 1, rollouts_per_example: 1, api_base_url: "http://127.0.0.1:9/v1", max_cost_usd: 1 }
  await expect(refused({ eval_config: endpoint })).rejects.toMatchObject({ problems: [{ path: ["eval_config", "max_cost_usd"] }] })

  const { id } = await make(eve, "eve")
  await platform().database.pool.query(
    `update run_schedules set model_name = 'gone/model', config = '{"num_examples": 1, "rollouts_per_example": 1}' where id = $1`,
    [id],
  )
  await isDueSince(id, "1 hour")
  await launchDue(platform().services)
  const [schedule] = (await readSchedules(eve, "eve", "maze")).schedules
  expect(schedule?.problem?.message).toContain("gone/model")
  expect(Date.parse(schedule?.next_at as string)).toBeGreaterThan(Date.now())
  expect((await listEvaluations(eve, ListEvaluationsQuery.parse({}))).total).toBe(0)
})

test("schedules are their owner's, or a team's; there are only so many", async () => {
  const fay = await newUser(platform(), "fay")
  const { teamId, admin, member } = await newTeam(platform(), "crew")
  const { id: maze } = await newEnvironment(platform(), fay, { name: "maze" })
  // So that a team of others may run it.
  await markAsSample(platform().services.db, maze)
  const own = await make(fay, "fay")
  const ofTeam = await make(admin, "fay", { team_id: teamId })
  expect((await readSchedules(fay, "fay", "maze")).schedules.map(({ id }) => id)).toEqual([own.id])
  expect((await readSchedules(member, "fay", "maze")).schedules.map(({ id }) => id)).toEqual([ofTeam.id])
  await expect(updateSchedule(member, own.id, { is_paused: true })).rejects.toMatchObject({ code: "not_found" })
  await expect(runScheduleNow(member, own.id)).rejects.toMatchObject({ code: "not_found" })
  await expect(make(fay, "fay", { team_id: teamId })).rejects.toMatchObject({ code: "forbidden" })
  const making = Array.from({ length: limits.schedulesMax }, () => make(fay, "fay"))
  expect((await Promise.allSettled(making)).filter(({ status }) => status === "rejected")).toHaveLength(1)
})

test("whoever asks for it is told of a time that launched no run, once, and of a run that is compared with the one before", async () => {
  const kim = await newUser(platform(), "kim-told")
  const environment = await newEnvironment(platform(), kim, { name: "maze" })
  const { channel } = await createChannel(
    kim,
    CreateChannelRequest.parse({ kind: "webhook", name: "build", url: "http://127.0.0.1:9/hook" }),
  )
  await createRule(kim, CreateRuleRequest.parse({ events: ["missed", "regressed"] }))
  const queued = async (type: string) =>
    (await platform().database.pool.query("select data from outbox where channel_id = $1 and type = $2", [channel.id, type])).rows.map(
      ({ data }) => JSON.parse(data),
    )
  const made = await make(kim, "kim-told", { baseline: "previous" })
  await isDueSince(made.id, "2 minutes")
  await launchDue(platform().services)
  expect(await queued("schedule.missed")).toEqual([])
  await isDueSince(made.id, "1 minute")
  await Promise.all([launchDue(platform().services), launchDue(platform().services)])
  expect(await queued("schedule.missed")).toMatchObject([
    { schedule_id: made.id, name: "nightly", environment: "kim-told/maze", problem: expect.stringContaining("still under way") },
  ])
  expect(wordsOf({ type: "schedule.missed", data: (await queued("schedule.missed"))[0] })).toMatchObject({
    title: "The schedule nightly launched no run",
    path: "/dashboard/environments/kim-told/maze/schedules",
  })

  const ended = async () => {
    const { id } = await createEvaluation(kim, CreateEvaluationRequest.parse({ name: "night", run_id: "r", model_name: "m" }))
    await pushSamples(kim, id, [{ example_id: "1", reward: 0.5 }])
    await platform().database.pool.query("update evaluations set schedule_id = $2, environment_id = $3 where id = $1", [
      id,
      made.id,
      environment.id,
    ])
    await finalizeEvaluation(kim, id, null)
    return id
  }
  const [first, second] = [await ended(), await ended()]
  expect(await queued("evaluation.regressed")).toMatchObject([{ evaluation_id: second, baseline_id: first, verdict: null }])
})
