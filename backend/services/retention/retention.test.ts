import { readdir } from "node:fs/promises"
import { expect, test } from "vitest"
import {
  CreateCommentRequest,
  CreateEvaluationRequest,
  CreateShareRequest,
  PreviewRetentionQuery,
  PutReviewRequest,
  SetRetentionRequest,
} from "../../../contract/index.ts"
import { runFilesKey } from "../../base/files.ts"
import { pinBaseline } from "../../store/evaluations/baselines.ts"
import { addStar } from "../../store/evaluations/run-marks.ts"
import { appendLogLines } from "../../store/logs/write-logs.ts"
import { insertUsage } from "../../store/usage/usage.ts"
import { newEnvironment, newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { episodeRecord, jsonLines, traceRecord, uploadLines } from "../../testing/traces.ts"
import { createComment } from "../comments/comments.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "../evaluations/create-evaluation.ts"
import { finalizeEvaluation } from "../evaluations/finalize-evaluation.ts"
import { pushSamples } from "../evaluations/push-samples.ts"
import { putReview } from "../reviews/put-review.ts"
import { storeWaitingTexts } from "../search/store-waiting-texts.ts"
import { createShare } from "../shares/shares.ts"
import { deleteExpired } from "./delete-expired.ts"
import { previewRetention, readRetention, setRetention } from "./retention.ts"

const platform = testPlatform()
const sql = async (text: string, values: unknown[] = []) => (await platform().database.pool.query(text, values)).rows
const operator = async () => serviceContext(platform(), await platform().ownerId())
const managing = (ctx: Context): Context => ({ ...ctx, need: "manage" })
const set = (ctx: Context, request: object) => setRetention(managing(ctx), SetRetentionRequest.parse(request))
const preview = (ctx: Context, query: object) => previewRetention(managing(ctx), PreviewRetentionQuery.parse(query))
const age = (id: string, days: number) =>
  sql("update evaluations set updated_at = now() - make_interval(days => $2) where id = $1", [id, days])
const isThere = async (id: string) => (await sql("select 1 from evaluations where id = $1", [id])).length > 0

async function ended(ctx: Context, name: string, days: number, teamId?: string): Promise<string> {
  const { id } = await createEvaluation(
    ctx,
    CreateEvaluationRequest.parse({ name, run_id: name, model_name: "m", ...(teamId ? { team_id: teamId } : {}) }),
  )
  await pushSamples(ctx, id, [{ example_id: "1", reward: 0.5, completion: "a peculiar answer" }])
  await finalizeEvaluation(ctx, id, null)
  await age(id, days)
  return id
}

/** Every table in which some row has a text in any of its columns. */
async function tablesWith(text: string): Promise<string[]> {
  const found: string[] = []
  for (const { name } of await sql("select tablename as name from pg_tables where schemaname = 'public' order by 1"))
    if ((await sql(`select 1 from "${name}" t where t::text like $1 limit 1`, [`%${text}%`])).length > 0) found.push(name)
  return found
}

const filesWith = async (text: string) =>
  (await readdir(platform().config.dataDir, { recursive: true })).filter((name) => name.includes(text) && !name.endsWith(text))

test("what is older than it is kept goes from every table and folder, with an entry in the audit log; the sums of its cost stay", async () => {
  const ada = await operator()
  const id = await ended(ada, "ada-old", 0)
  const [{ id: sampleId }] = await sql("select id from samples where evaluation_id = $1", [id])
  await appendLogLines(ada.db, id, 0, [{ at: Date.now(), stream: "stdout", level: "info", text: "a peculiar line" }])
  await sql("update evaluations set log_lines = 1 where id = $1", [id])
  await sql("update sample_text_progress set log_due = 1 where evaluation_id = $1", [id])
  await storeWaitingTexts(ada.db, ada.viewer)
  await putReview({ ...ada, need: "run" }, id, sampleId, PutReviewRequest.parse({ rating: 1 }))
  await createComment({ ...ada, need: "run" }, id, CreateCommentRequest.parse({ text: "look" }))
  await createShare({ ...ada, need: "write" }, id, CreateShareRequest.parse({}))
  await sql("update run_shares set expires_at = now() - interval '1 second' where evaluation_id = $1", [id])
  await ada.files.put(
    runFilesKey(id),
    (async function* () {
      yield Buffer.from("kept")
    })(),
  )
  await insertUsage(ada.db, [
    {
      ...{
        userId: ada.caller.kind === "user" ? ada.caller.userId : "",
        teamId: null,
        evaluationId: id,
        sessionId: "s",
        provider: "p",
        model: "m",
      },
      ...{ status: 200, latencyMs: 1, promptTokens: 1, cachedTokens: 0, reasoningTokens: 0, completionTokens: 1, costUsd: 2 },
    },
  ])
  const traced = (await createEvaluation(ada, CreateEvaluationRequest.parse({ name: "traced", run_id: "traced", model_name: "m" }))).id
  const record = traceRecord("trace-old", { run: { type: "eval", id: traced } })
  expect((await uploadLines(platform(), jsonLines([episodeRecord("episode-old", [record])]))).body).toMatchObject({ status: "committed" })
  await finalizeEvaluation(ada, traced, null)
  const before = await tablesWith(id)
  for (const table of [
    "evaluations",
    "samples",
    "sample_texts",
    "log_chunks",
    "log_texts",
    "sample_reviews",
    "comments",
    "run_shares",
    "usage_totals",
  ])
    expect(before).toContain(table)
  expect(await filesWith(id)).not.toEqual([])
  await age(id, 31)
  for (const table of ["traces", "episodes", "samples"]) expect(await tablesWith(traced)).toContain(table)
  await age(traced, 31)

  expect(await deleteExpired(platform().services)).toBe(false)
  expect(await isThere(id)).toBe(true)
  await set(ada, { days: 30 })
  await deleteExpired(platform().services)
  expect(await tablesWith(id)).toEqual(["audit_log"])
  expect(await tablesWith("peculiar")).toEqual([])
  expect(await filesWith(id)).toEqual([])
  expect(await tablesWith(traced)).toEqual(["audit_log"])
  expect(await sql("select cost_usd from daily_usage where cost_usd > 0")).toEqual([{ cost_usd: 2 }])
  const [entry] = await sql("select actor_id, details from audit_log where action = 'run.delete' and target_id = $1", [id])
  expect([entry.actor_id, JSON.stringify(entry.details)]).toEqual([await platform().ownerId(), expect.stringContaining("retention_days")])
  await set(ada, { days: null })
})

test("what somebody starred, pinned, shared or published stays, and so does what is under way; a preview says so before it is switched on", async () => {
  const bea = await newUser(platform(), "bea-keeps")
  const environment = await newEnvironment(platform(), bea)
  const names = ["starred", "baseline", "shared", "published", "young", "gone", "running"] as const
  const ids = {} as Record<(typeof names)[number], string>
  for (const name of names) ids[name] = await ended(bea, `bea-${name}`, name === "young" ? 5 : 20)
  await addStar(bea.db, (await newUser(platform(), "bea-friend")).userId, ids.starred)
  await pinBaseline(bea.db, environment.id, ids.baseline)
  await createShare({ ...bea, need: "write" }, ids.shared, CreateShareRequest.parse({}))
  await sql("update evaluations set show_on_leaderboard = true where id = $1", [ids.published])
  await sql("update evaluations set status = 'RUNNING' where id = $1", [ids.running])
  for (const name of names.slice(0, 4)) await age(ids[name], 20)
  const seen = await preview(await operator(), { days: 10 })
  expect(seen).toMatchObject({
    runs: 1,
    samples: 1,
    environments: [{ name: null, runs: 1 }],
    kept: { starred: 1, baseline: 1, shared: 1, published: 1 },
  })
  expect(Date.now() - Date.parse(seen.oldest_at as string)).toBeGreaterThan(19 * 86_400_000)
  expect(await isThere(ids.gone)).toBe(true)
  await set(await operator(), { days: 10 })
  await deleteExpired(platform().services)
  expect(await Promise.all(names.map(async (name) => [name, await isThere(ids[name])]))).toEqual(
    names.map((name) => [name, name !== "gone"]),
  )
  await set(await operator(), { days: null })
})

test("a team's own number counts for its runs, and the platform's for those of the others", async () => {
  const [own, other] = [await newTeam(platform(), "keep-own"), await newTeam(platform(), "keep-none")]
  const [a, b, c] = [
    await ended(own.admin, "own", 20, own.teamId),
    await ended(other.admin, "other", 20, other.teamId),
    await ended(own.admin, "personal", 20),
  ]
  await set(own.admin, { team_id: own.teamId, days: 100 })
  await set(await operator(), { days: 10 })
  expect(await readRetention(own.member, { team_id: own.teamId })).toEqual({ days: 100, platform_days: 10, may_change: false })
  expect(await readRetention(other.admin, { team_id: other.teamId })).toEqual({ days: null, platform_days: 10, may_change: true })
  await deleteExpired(platform().services)
  expect(await Promise.all([a, b, c].map(isThere))).toEqual([true, false, false])
  await set(own.admin, { team_id: own.teamId, days: 15 })
  await deleteExpired(platform().services)
  expect(await isThere(a)).toBe(false)
  await set(await operator(), { days: null })
  await set(own.admin, { team_id: own.teamId, days: null })
})

test("many runs go in turns, and only owners of a team and admins of the platform decide", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "keep-many")
  const first = await ended(admin, "first", 20, teamId)
  await sql(
    `insert into evaluations (id, name, user_id, team_id, is_hosted, eval_type, status, phase, environments, metadata, samples_done, updated_at)
     select 'many' || i, 'many', user_id, team_id, false, eval_type, 'COMPLETED', 'ended', '[]', '{}', 0, now() - interval '20 days'
     from evaluations, generate_series(1, 24) i where id = $1`,
    [first],
  )
  for (const act of [
    () => set(member, { team_id: teamId, days: 10 }),
    () => preview(member, { team_id: teamId, days: 10 }),
    () => set(admin, { days: 10 }),
  ])
    await expect(act()).rejects.toMatchObject({ code: "forbidden" })
  for (const days of [0, 3651, 1.5]) expect(SetRetentionRequest.safeParse({ days }).success).toBe(false)
  expect(await preview(admin, { team_id: teamId, days: 10 })).toMatchObject({ runs: 25 })
  await set(admin, { team_id: teamId, days: 10 })
  expect(await deleteExpired(platform().services)).toBe(true)
  expect(await deleteExpired(platform().services)).toBe(false)
  expect(await sql("select 1 from evaluations where team_id = $1", [teamId])).toEqual([])
})
