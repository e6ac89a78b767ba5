import { expect, test } from "vitest"
import { CreateEvaluationRequest, CreateShareRequest, limits } from "../../../contract/index.ts"
import { appendLogLines } from "../../store/logs/write-logs.ts"
import { line } from "../../testing/log-line.ts"
import { newEnvironment, newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "../evaluations/create-evaluation.ts"
import { deleteEvaluation } from "../evaluations/delete-evaluation.ts"
import { pushSamples } from "../evaluations/push-samples.ts"
import { openShare } from "./open-share.ts"
import { listSharedLog, listSharedSamples, readSharedRun, readSharedSample } from "./read-shared.ts"
import { createShare, readShares, revokeShare } from "./shares.ts"

const platform = testPlatform()

const samples = [
  {
    example_id: "one",
    reward: 1,
    metrics: { exact: 1 },
    prompt: [{ role: "user", content: "what is 6 × 7?" }],
    completion: [
      { role: "assistant", content: "let me see", tool_calls: [{ id: "c", function: { name: "multiply", arguments: '{"a":6}' } }] },
      { role: "tool", tool_call_id: "c", content: "42" },
      { role: "assistant", content: "It is 42." },
    ],
    info: { private_note: "not for everybody" },
  },
  { example_id: "two", reward: 0, metrics: { exact: 0 }, prompt: "why?", completion: "no idea", error: "TimeoutError: too late" },
]

async function aRun(ctx: Context, more: object = {}): Promise<string> {
  const { id } = await createEvaluation(
    ctx,
    CreateEvaluationRequest.parse({ name: "a run", run_id: "r", model_name: "lab/model", metadata: { secret_plan: "hush" }, ...more }),
  )
  await pushSamples(ctx, id, samples)
  await appendLogLines(ctx.db, id, 0, [line("started"), line("done")])
  return id
}

const share = (ctx: Context, id: string, request: object = {}) => createShare(ctx, id, CreateShareRequest.parse(request))
const tokenOf = ({ url }: { url: string }) => url.split("/s/")[1] as string
const page = { limit: 100 }
const lines = { from: 0, limit: 100 }

test("a link shows the result of its run to anybody, and of samples and the log only what it was made for", async () => {
  const ada = await newUser(platform(), "ada")
  const environment = await newEnvironment(platform(), ada, { name: "maze" })
  const id = await aRun(ada, { environments: [{ id: environment.id }] })
  const { services } = platform()
  const result = await share(ada, id)
  expect(await readSharedRun(services, tokenOf(result))).toMatchObject({
    name: "a run",
    environment: expect.stringContaining("maze"),
    model: "lab/model",
    examples: 2,
    samples: 2,
    errored: 1,
    reward: { mean: 0.5 },
    metrics: [{ name: "exact", mean: 0.5 }],
    scope: { samples: false, logs: false },
  })
  for (const refused of [
    () => listSharedSamples(services, tokenOf(result), page),
    () => readSharedSample(services, { token: tokenOf(result), sample_id: "x" }),
    () => listSharedLog(services, tokenOf(result), lines),
  ])
    await expect(refused()).rejects.toMatchObject({ code: "not_found" })

  const all = await share(ada, id, { samples: true, logs: true })
  const listed = await listSharedSamples(services, tokenOf(all), page)
  expect(listed.samples.map(({ example_id, reward, outcome }) => [example_id, reward, outcome])).toEqual([
    ["one", 1, "ok"],
    ["two", 0, "error"],
  ])
  const first = await listSharedSamples(services, tokenOf(all), { limit: 1 })
  expect((await listSharedSamples(services, tokenOf(all), { limit: 1, after: first.next })).samples).toEqual([listed.samples[1]])
  const detail = await readSharedSample(services, { token: tokenOf(all), sample_id: listed.samples[0]?.sample_id as string })
  expect(detail.messages.map(({ role, texts }) => [role, texts.map(({ kind, text }) => `${kind}: ${text}`)])).toMatchObject([
    ["user", ["message: what is 6 × 7?"]],
    ["assistant", ["message: let me see", "call: multiply", expect.stringContaining('"a"'), "result: 42"]],
    ["assistant", ["message: It is 42."]],
  ])
  expect((await listSharedLog(services, tokenOf(all), lines)).lines.map(({ text }) => text)).toEqual(["started", "done"])
  const everything = JSON.stringify([await readSharedRun(services, tokenOf(all)), listed, detail])
  for (const hidden of ["hush", "not for everybody", "ada", ada.viewer.userId, id]) expect(everything).not.toContain(hidden)
})

test("a link ends when it expires, is revoked, its run is deleted, or who made it may not see the run any more", async () => {
  const { services, database } = { services: platform().services, database: platform().database }
  const { teamId, admin, member } = await newTeam(platform(), "crew")
  const id = await aRun(admin, { team_id: teamId })
  const byMember = await share(member, id)
  const byAdmin = await share(admin, id, { expires_in_days: 7 })
  expect((await readShares(admin, id)).shares.map(({ url }) => url)).toEqual([byAdmin.url, byMember.url])
  expect(Date.parse(byAdmin.expires_at as string) - Date.now()).toBeGreaterThan(6.9 * 86_400_000)

  await database.pool.query("delete from memberships where user_id = $1", [member.viewer.userId])
  await expect(readSharedRun(services, tokenOf(byMember))).rejects.toMatchObject({ code: "not_found" })
  expect((await readSharedRun(services, tokenOf(byAdmin))).name).toBe("a run")
  await database.pool.query("update run_shares set expires_at = now() - interval '1 second' where id = $1", [byAdmin.id])
  await expect(readSharedRun(services, tokenOf(byAdmin))).rejects.toMatchObject({ code: "not_found" })

  const last = await share(admin, id)
  await revokeShare(admin, id, byAdmin.id)
  await expect(revokeShare(admin, id, byAdmin.id)).rejects.toMatchObject({ code: "not_found" })
  await deleteEvaluation(admin, id)
  await expect(readSharedRun(services, tokenOf(last))).rejects.toMatchObject({ code: "not_found" })
  await expect(readSharedRun(services, "no-such-token")).rejects.toMatchObject({ code: "not_found" })
})

test("only who may see a run makes links to it, so many and no more, and their tokens are not stored as they are", async () => {
  const [cyd, dan] = [await newUser(platform(), "cyd"), await newUser(platform(), "dan")]
  const id = await aRun(cyd)
  await expect(share(dan, id)).rejects.toMatchObject({ code: "not_found" })
  await expect(readShares(dan, id)).rejects.toMatchObject({ code: "not_found" })
  const made = await share(cyd, id)
  await expect(revokeShare(dan, id, made.id)).rejects.toMatchObject({ code: "not_found" })
  const { rows } = await platform().database.pool.query("select row_to_json(s)::text as row from run_shares s where id = $1", [made.id])
  expect(rows[0].row).not.toContain(tokenOf(made))
  const making = Array.from({ length: limits.sharesMax + 2 }, () => share(cyd, id))
  expect((await Promise.allSettled(making)).filter(({ status }) => status === "rejected")).toHaveLength(3)
})

test("a link with a password shows nothing without it, and a pass is good for its own link alone", async () => {
  const zoe = await newUser(platform(), "zoe")
  const id = await aRun(zoe)
  const { services } = platform()
  const anybody = await serviceContext(platform(), null)
  const closed = await share(zoe, id, { samples: true, logs: true, password: "open sesame" })
  const other = await share(zoe, id, { password: "another one" })
  expect(closed.has_password).toBe(true)
  const token = tokenOf(closed)
  const reads = (pass?: string) => [
    () => readSharedRun(services, token, pass),
    () => listSharedSamples(services, token, { ...page, pass }),
    () => readSharedSample(services, { token, sample_id: "x" }, pass),
    () => listSharedLog(services, token, { ...lines, pass }),
  ]
  const { pass: foreign } = await openShare(anybody, tokenOf(other), "another one")
  for (const pass of [undefined, "nonsense", foreign])
    for (const read of reads(pass)) await expect(read()).rejects.toMatchObject({ code: "unauthorized" })
  await expect(openShare(anybody, token, "sesame open")).rejects.toMatchObject({ code: "unauthorized" })
  const { pass } = await openShare(anybody, token, "open sesame")
  expect(await readSharedRun(services, token, pass)).toMatchObject({ name: "a run" })
  expect((await listSharedSamples(services, token, { ...page, pass })).total).toBe(2)
  expect(await listSharedLog(services, token, { ...lines, pass })).toHaveProperty("lines")
  await revokeShare(zoe, id, closed.id)
  await expect(readSharedRun(services, token, pass)).rejects.toMatchObject({ code: "not_found" })
})

test("a password cannot be guessed for long", async () => {
  const yan = await newUser(platform(), "yan")
  const token = tokenOf(await share(yan, await aRun(yan), { password: "open sesame" }))
  const anybody = await serviceContext(platform(), null)
  for (let i = 0; i < limits.signInsPerAccount; i++)
    await expect(openShare(anybody, token, `guess ${i}`)).rejects.toMatchObject({ code: "unauthorized" })
  await expect(openShare(anybody, token, "open sesame")).rejects.toMatchObject({ code: "too_many" })
})
