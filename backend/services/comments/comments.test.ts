import { expect, test } from "vitest"
import { CreateChannelRequest, CreateCommentRequest, CreateEvaluationRequest, CreateRuleRequest } from "../../../contract/index.ts"
import { startReceiver } from "../../testing/receiver.ts"
import { sendDue } from "../../testing/send-messages.ts"
import { newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "../evaluations/create-evaluation.ts"
import { pushSamples } from "../evaluations/push-samples.ts"
import { createChannel } from "../notifications/channels.ts"
import { createRule } from "../notifications/rules.ts"
import { createComment, deleteComment, listComments, listPeople } from "./comments.ts"

const platform = testPlatform()

const aRun = async (ctx: Context, more: object = {}) =>
  (await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "a run", run_id: "r", ...more }))).id
const say = (ctx: Context, id: string, text: string, more: object = {}) =>
  createComment(ctx, id, CreateCommentRequest.parse({ text, ...more }))
const texts = async (ctx: Context, id: string, query: object = {}) =>
  (await listComments(ctx, id, { limit: 50, ...query })).comments.map(({ text }) => text)

test("people of a team write beside a run and beside its samples, apart from each other, and nobody else does", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "crew-talk")
  const outsider = await newUser(platform(), "outsider-talk")
  const [id, other] = [await aRun(admin, { team_id: teamId }), await aRun(admin, { team_id: teamId })]
  await pushSamples(admin, id, [{ example_id: "1", reward: 1 }])
  const sampleId = (await sampleOf(id)) as string
  const first = await say(member, id, "  looks odd  ")
  expect(first).toMatchObject({ text: "looks odd", author: { name: "crew-talk-member" }, is_mine: true, sample_id: null })
  await say(admin, id, "why?", { sample_id: sampleId })
  expect(await texts(admin, id)).toEqual(["looks odd"])
  expect(await texts(member, id, { sample_id: sampleId })).toEqual(["why?"])
  await expect(say(admin, other, "x", { sample_id: sampleId })).rejects.toMatchObject({ code: "not_found" })
  for (const refused of [
    () => say(outsider, id, "x"),
    () => listComments(outsider, id, { limit: 1 }),
    () => listPeople(outsider, id, { limit: 1 }),
    () => deleteComment(outsider, id, first.id),
    () => deleteComment(admin, id, first.id),
  ])
    await expect(refused()).rejects.toMatchObject({ code: "not_found" })
  await deleteComment(member, id, first.id)
  expect(await texts(admin, id)).toEqual([])
  expect(CreateCommentRequest.safeParse({ text: "  " }).success).toBe(false)
})

test("comments page backwards from the newest, each once", async () => {
  const ada = await newUser(platform(), "ada-pages")
  const id = await aRun(ada)
  for (let i = 1; i <= 5; i++) await say(ada, id, `${i}`)
  const newest = await listComments(ada, id, { limit: 2 })
  expect([newest.comments.map(({ text }) => text), newest.total]).toEqual([["4", "5"], 5])
  expect(await texts(ada, id, { limit: 2, cursor: newest.earlier })).toEqual(["2", "3"])
  expect((await listComments(ada, id, { limit: 5 })).earlier).toBeNull()
  await expect(listComments(ada, id, { limit: 1, cursor: "x" })).rejects.toMatchObject({ code: "invalid" })
})

test("a mention tells the person, once and with the comment, and nobody who may not see the run", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "crew-named")
  const outsider = await newUser(platform(), "outsider-named")
  const receiver = await startReceiver()
  for (const [ctx, path] of [
    [admin, "/admin"],
    [member, "/member"],
    [outsider, "/outsider"],
  ] as const) {
    await createChannel(ctx, CreateChannelRequest.parse({ kind: "webhook", name: "w", url: receiver.url + path }))
    await createRule(ctx, CreateRuleRequest.parse({ events: ["mentioned"] }))
  }
  const id = await aRun(admin, { team_id: teamId })
  await say(admin, id, "@crew-named-member and @crew-named-member, @crew-named-admin, @outsider-named, @nobody-at-all: look")
  await sendDue(platform())
  receiver.close()
  expect(receiver.received.map(({ path }) => path)).toEqual(["/member"])
  expect(JSON.parse(receiver.received[0]?.body.toString() ?? "")).toMatchObject({
    type: "comment.mentioned",
    data: {
      evaluation_id: id,
      author: "crew-named-admin",
      title: "crew-named-admin mentioned you beside a run",
      text: expect.stringContaining("look"),
    },
  })
})

test("those who can be mentioned are those who may see the run, by the beginning of their username", async () => {
  const { teamId, admin } = await newTeam(platform(), "crew-found")
  const slugs = async (id: string, search: string | null = null) =>
    (await listPeople(admin, id, { search, limit: 20 })).people.map(({ slug }) => slug)
  const [shared, own] = [await aRun(admin, { team_id: teamId }), await aRun(admin)]
  expect(await slugs(shared)).toEqual(["crew-found-admin", "crew-found-member"])
  expect(await slugs(shared, "Crew-Found-M")).toEqual(["crew-found-member"])
  expect(await slugs(shared, "%member")).toEqual([])
  expect(await slugs(own)).toEqual(["crew-found-admin"])
})

const sampleOf = async (evaluationId: string) =>
  (await platform().database.pool.query("select id from samples where evaluation_id = $1", [evaluationId])).rows[0]?.id
