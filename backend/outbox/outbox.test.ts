import { Webhook } from "standardwebhooks"
import { afterAll, beforeEach, expect, test } from "vitest"
import { CreateChannelRequest, CreateEvaluationRequest, CreateRuleRequest, retrySeconds, triesMax } from "../../contract/index.ts"
import { closeStoppedUploads } from "../engine/close-uploads.ts"
import type { Context } from "../services/context.ts"
import { pinBaseline } from "../services/environments/baseline.ts"
import { cancelEvaluation } from "../services/evaluations/cancel-evaluation.ts"
import { createEvaluation } from "../services/evaluations/create-evaluation.ts"
import { finalizeEvaluation } from "../services/evaluations/finalize-evaluation.ts"
import { pushSamples } from "../services/evaluations/push-samples.ts"
import { updateEvaluationFields } from "../services/evaluations/update-evaluation.ts"
import { createChannel, sendAgain, testChannel, updateChannel } from "../services/notifications/channels.ts"
import { listDeliveries, readNotificationSettings } from "../services/notifications/read-notifications.ts"
import { createRule } from "../services/notifications/rules.ts"
import { claimMessage } from "../store/outbox/messages.ts"
import { setBudget } from "../store/usage/limits.ts"
import { insertUsage } from "../store/usage/usage.ts"
import { startReceiver } from "../testing/receiver.ts"
import { sendDue } from "../testing/send-messages.ts"
import { newEnvironment, newTeam, newUser } from "../testing/service-context.ts"
import { testPlatform } from "../testing/test-platform.ts"
import { deliver } from "./deliver.ts"

const platform = testPlatform()
const receiver = await startReceiver()
afterAll(() => receiver.close())
beforeEach(async () => {
  // What an earlier test left is not due any more.
  await platform().database.pool.query("update outbox set state = 'given_up'")
  receiver.received.length = 0
  receiver.answers.length = 0
})

const webhook = (ctx: Context, path = "/hook") =>
  createChannel(ctx, CreateChannelRequest.parse({ kind: "webhook", name: "build", url: receiver.url + path }))
const rule = (ctx: Context, request: object) => createRule(ctx, CreateRuleRequest.parse(request))
const upload = async (ctx: Context, more: object = {}) =>
  (await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "night", run_id: "r", model_name: "lab/m", ...more }))).id
const told = () => receiver.received.map(({ body }) => JSON.parse(body.toString()))
const log = async (ctx: Context, channelId: string) => (await listDeliveries(ctx, channelId, { limit: 20 })).deliveries
const dueNow = (id: string) => platform().database.pool.query("update outbox set due_at = now() where id = $1", [id])

test("however an upload ends, who asked is told once, by a webhook that Standard Webhooks' own library takes", async () => {
  const ada = await newUser(platform(), "ada-ends")
  const { secret } = await webhook(ada)
  await rule(ada, { events: ["ended"] })
  const [finalized, cancelled, failed, silent] = [await upload(ada), await upload(ada), await upload(ada), await upload(ada)]
  await pushSamples(ada, finalized, [{ example_id: "1", reward: 0.5 }])
  await finalizeEvaluation(ada, finalized, null)
  await finalizeEvaluation(ada, finalized, null)
  await cancelEvaluation(ada, cancelled)
  await cancelEvaluation(ada, cancelled)
  await updateEvaluationFields(ada, failed, { error_message: "out of credit" })
  await platform().database.pool.query("update evaluations set updated_at = now() - interval '3 days' where id = $1", [silent])
  await closeStoppedUploads(platform().services)
  await closeStoppedUploads(platform().services)

  expect(await sendDue(platform())).toBe(4)
  const key = new Webhook(secret as string)
  for (const { headers, body } of receiver.received) expect(key.verify(body, headers as Record<string, string>)).toBeTruthy()
  expect(() => new Webhook("whsec_AAAA").verify("{}", receiver.received[0]?.headers as Record<string, string>)).toThrow()
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(4)
  expect(new Map(told().map(({ type, data }) => [data.evaluation_id, [type, data.status]]))).toEqual(
    new Map([
      [finalized, ["evaluation.completed", "COMPLETED"]],
      [cancelled, ["evaluation.cancelled", "CANCELLED"]],
      [failed, ["evaluation.failed", "FAILED"]],
      [silent, ["evaluation.failed", "FAILED"]],
    ]),
  )
  expect(told().find(({ data }) => data.evaluation_id === finalized)).toMatchObject({
    timestamp: expect.stringMatching(/Z$/),
    data: { name: "night", mean_reward: 0.5, samples: 1, url: `${platform().config.publicUrl}/dashboard/evaluations/${finalized}` },
  })
  expect(await sendDue(platform())).toBe(0)
})

test("a message is queued in the transaction of its cause: where that is undone, nobody is told", async () => {
  const bea = await newUser(platform(), "bea-undone")
  await webhook(bea)
  await rule(bea, { events: ["ended"] })
  const id = await upload(bea)
  const undone = bea.db.transaction(async (tx) => {
    await cancelEvaluation({ ...bea, db: tx }, id)
    throw new Error("undone")
  })
  await expect(undone).rejects.toThrow("undone")
  expect(await sendDue(platform())).toBe(0)
  await cancelEvaluation(bea, id)
  expect(await sendDue(platform())).toBe(1)
})

test("what fails is tried again by the schedule under the same id, and the log keeps status, time, error and the answer's beginning", async () => {
  const cyd = await newUser(platform(), "cyd-retries")
  const { channel } = await webhook(cyd)
  const { id } = await testChannel(cyd, channel.id)
  receiver.answers.push({ status: 500, body: "x".repeat(3000) }, { status: 302, headers: { location: `${receiver.url}/elsewhere` } })
  expect(await sendDue(platform())).toBe(1)
  const [first] = await log(cyd, channel.id)
  expect(first).toMatchObject({
    id,
    state: "waiting",
    tries: [{ number: 1, status: 500, error: "It answered 500", answer: "x".repeat(500) }],
  })
  const wait = (Date.parse(first?.next_try_at as string) - Date.now()) / 1000
  expect(wait).toBeGreaterThan(retrySeconds[0] - 3)
  expect(wait).toBeLessThan(retrySeconds[0] * 1.1 + 1)
  expect((await readNotificationSettings(cyd)).channels[0]?.last_message).toMatchObject({ state: "waiting", error: "It answered 500" })

  await dueNow(id)
  expect(await sendDue(platform())).toBe(1)
  expect((await log(cyd, channel.id))[0]?.tries[0]).toMatchObject({ number: 2, status: 302, error: expect.stringContaining("redirects") })
  await dueNow(id)
  await sendDue(platform())
  expect(receiver.received.map(({ path, headers }) => [path, headers["webhook-id"]])).toEqual(Array(3).fill(["/hook", id]))
  expect((await log(cyd, channel.id))[0]).toMatchObject({
    state: "delivered",
    next_try_at: null,
    tries: [{ number: 3 }, { number: 2 }, { number: 1 }],
  })

  await sendAgain(cyd, channel.id, id)
  expect(await sendDue(platform())).toBe(1)
  expect(receiver.received.at(-1)?.headers["webhook-id"]).toBe(id)
})

test("after ten tries a message is given up", async () => {
  const dan = await newUser(platform(), "dan-gives-up")
  const { channel } = await webhook(dan)
  const { id } = await testChannel(dan, channel.id)
  for (let i = 0; i < triesMax + 2; i++) {
    receiver.answers.push({ status: 503 })
    await dueNow(id)
    await sendDue(platform())
  }
  expect(receiver.received).toHaveLength(triesMax)
  expect((await log(dan, channel.id))[0]).toMatchObject({ state: "given_up", next_try_at: null })
})

test("when a process dies while it sends, another one sends the same message once the lease is over; what it is late with is not stored", async () => {
  const eve = await newUser(platform(), "eve-lease")
  const { channel } = await webhook(eve)
  const { id } = await testChannel(eve, channel.id)
  const { services, database } = platform()
  const claimed = await claimMessage(services.db, "dies")
  expect(claimed?.id).toBe(id)
  expect(await sendDue(platform(), "other")).toBe(0)
  await database.pool.query("update outbox set lease_until = now() - interval '1 second' where id = $1", [id])
  expect(await sendDue(platform(), "other")).toBe(1)
  await deliver(services, claimed as NonNullable<typeof claimed>, "dies", new AbortController().signal)
  expect(receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual([id, id])
  expect((await log(eve, channel.id))[0]).toMatchObject({ state: "delivered", tries: [{ number: 2 }] })
})

test("a try that the worker breaks off as it stops does not count, and the message is due at once", async () => {
  const fay = await newUser(platform(), "fay-stops")
  const { channel } = await webhook(fay)
  await testChannel(fay, channel.id)
  const { services } = platform()
  const claimed = await claimMessage(services.db, "stops")
  await deliver(services, claimed as NonNullable<typeof claimed>, "stops", AbortSignal.abort())
  expect((await log(fay, channel.id))[0]).toMatchObject({ state: "waiting", tries: [] })
  expect(await sendDue(platform())).toBe(1)
  expect((await log(fay, channel.id))[0]).toMatchObject({ state: "delivered", tries: [{ number: 1 }] })
})

test("a webhook that says it is gone is switched off, and what waits for a channel that is off is given up", async () => {
  const gil = await newUser(platform(), "gil-gone")
  const { channel } = await webhook(gil)
  await testChannel(gil, channel.id)
  receiver.answers.push({ status: 410 })
  await sendDue(platform())
  expect((await readNotificationSettings(gil)).channels[0]).toMatchObject({
    state: "off",
    state_reason: expect.stringContaining("Nothing"),
  })
  await expect(testChannel(gil, channel.id)).rejects.toMatchObject({ code: "conflict" })
  await updateChannel(gil, channel.id, { is_on: true })
  await testChannel(gil, channel.id)
  await updateChannel(gil, channel.id, { is_on: false })
  await sendDue(platform())
  expect(receiver.received).toHaveLength(1)
  expect((await log(gil, channel.id))[0]).toMatchObject({ state: "given_up", tries: [{ error: "The channel was off" }] })
})

test("rules decide who is told of what: one's own runs, a team's, those of an environment, and never a run that one may not see", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "crew-rules")
  const outsider = await newUser(platform(), "outsider-rules")
  const environment = await newEnvironment(platform(), outsider, { name: "shared" })
  for (const [ctx, path] of [
    [admin, "/admin"],
    [member, "/member"],
    [outsider, "/outsider"],
  ] as const)
    await webhook(ctx, path)
  await rule(admin, { events: ["ended"] })
  await rule(member, { events: ["failed"], team_id: teamId })
  await rule(outsider, { events: ["ended", "failed"], environment_id: environment.id })
  const pathsOf = async (id: string, end: object) => {
    receiver.received.length = 0
    await updateEvaluationFields(admin, id, end)
    await sendDue(platform())
    return receiver.received.map(({ path }) => path).sort()
  }
  const ofTeam = { team_id: teamId, environments: [{ id: environment.id }] }
  expect(await pathsOf(await upload(admin, ofTeam), { status: "COMPLETED" })).toEqual(["/admin"])
  expect(await pathsOf(await upload(admin, ofTeam), { error_message: "broken" })).toEqual(["/admin", "/member"])
  expect(await pathsOf(await upload(admin), { error_message: "broken" })).toEqual(["/admin"])
  const own = await upload(outsider, { environments: [{ id: environment.id }] })
  await updateEvaluationFields(outsider, own, { status: "COMPLETED" })
  await sendDue(platform())
  expect(receiver.received.map(({ path }) => path).at(-1)).toBe("/outsider")
})

test("a run that is clearly worse than its baseline is told of with the difference, and one that is not is not", async () => {
  const hal = await newUser(platform(), "hal-regressed")
  const environment = await newEnvironment(platform(), hal, { name: "maze" })
  await webhook(hal)
  await rule(hal, { events: ["regressed"], environment_id: environment.id })
  const run = async (reward: number) => {
    const id = await upload(hal, { environments: [{ id: environment.id }] })
    await pushSamples(
      hal,
      id,
      Array.from({ length: 60 }, (_, i) => ({ example_id: String(i), reward: i % 10 === 0 ? 1 - reward : reward })),
    )
    await finalizeEvaluation(hal, id, null)
    return id
  }
  const baseline = await run(1)
  await pinBaseline(hal, "hal-regressed", "maze", baseline)
  const same = await run(1)
  const worse = await run(0)
  await sendDue(platform())
  expect(told().map(({ type, data }) => [type, data.evaluation_id])).toEqual([["evaluation.regressed", worse]])
  expect(told()[0].data).toMatchObject({ baseline_id: baseline, verdict: "worse", difference: -0.8, regressed: 54, improved: 6 })
  expect(told()[0].data.url).toContain(`/compare?runs=${baseline},${worse}`)
  const { rows } = await platform().database.pool.query("select 1 from outbox where evaluation_id = $1", [same])
  expect(rows).toEqual([])
})

test("a budget is told of once when four fifths are spent, and again when it was raised and is near its end again", async () => {
  const ira = await newUser(platform(), "ira-budget")
  await webhook(ira)
  await rule(ira, { events: ["budget"] })
  const account = { userId: ira.userId, teamId: null }
  await setBudget(ira.db, account, 10)
  const spend = (costUsd: number) =>
    insertUsage(ira.db, [
      {
        ...account,
        evaluationId: null,
        sessionId: null,
        provider: "p",
        model: "m",
        status: 200,
        latencyMs: 1,
        promptTokens: 1,
        cachedTokens: 0,
        reasoningTokens: 0,
        completionTokens: 1,
        costUsd,
      },
    ])
  await spend(7.9)
  expect(await sendDue(platform())).toBe(0)
  await spend(0.2)
  await spend(0.2)
  expect(await sendDue(platform())).toBe(1)
  expect(told()[0]).toMatchObject({ type: "budget.near_end", data: { monthly_usd: 10, spent_usd: expect.closeTo(8.1, 6), team_id: null } })
  await setBudget(ira.db, account, 100)
  await spend(70)
  expect(await sendDue(platform())).toBe(0)
  await spend(10)
  expect(await sendDue(platform())).toBe(1)
})

test("one channel that does not answer does not hold up the others", async () => {
  const jan = await newUser(platform(), "jan-slow")
  const [slow, quick] = [await webhook(jan, "/slow"), await webhook(jan, "/quick")]
  for (let i = 0; i < 5; i++) await testChannel(jan, slow.channel.id)
  await testChannel(jan, quick.channel.id)
  const claimed = []
  for (let i = 0; i < 6; i++) claimed.push((await claimMessage(platform().services.db, "busy"))?.channelId)
  expect(claimed.filter((id) => id === slow.channel.id)).toHaveLength(2)
  expect(claimed.filter((id) => id === quick.channel.id)).toHaveLength(1)
})
