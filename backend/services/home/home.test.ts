import { expect, test } from "vitest"
import { findEvaluationRow } from "../../store/evaluations/evaluations.ts"
import { ensureOwner } from "../../store/identity/users.ts"
import { newEnvironment, newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { statisticsOf } from "../evaluations/run-statistics.ts"
import { createProvider } from "../providers/providers.ts"
import { noteHomeVisit, readHome } from "./home.ts"

const platform = testPlatform()
const query = (text: string, values: unknown[] = []) => platform().database.pool.query(text, values)

let made = 0
/** A hosted run that ended some minutes ago. */
async function endedRun(
  { userId }: { userId: string },
  environmentId: string,
  { minutesAgo = 0, status = "COMPLETED", teamId = null as string | null, reward = 0.5 } = {},
): Promise<string> {
  const id = `run_${made++}`
  await query(
    `insert into evaluations (id, name, user_id, team_id, is_hosted, eval_type, status, phase, environment_id, environments, model_name, metadata,
       reward_sum, reward_count, samples_done, tags, completed_at, updated_at)
     values ($1, $1, $2, $3, true, 'environment', $4, 'ended', $5, '[]', 'm', '{}', $6::float8 * 40, 40, 40, '{}',
       now() - make_interval(mins => $7::int), now() - make_interval(mins => $7::int))`,
    [id, userId, teamId, status, environmentId, reward, minutesAgo],
  )
  return id
}
/** As if the person had last looked so many minutes ago. */
const lookedAgo = (ctx: Context & { userId: string }, minutes: number) =>
  query("update home_visits set seen_at = now() - make_interval(mins => $2) where user_id = $1", [ctx.userId, minutes])

test("the steps tick themselves off by what there is, and stay away once they were put away", async () => {
  const ann = await newUser(platform(), "ann")
  const steps = async () => (await readHome(ann)).steps
  expect(await steps()).toEqual({ model: false, environment: false, run: false, share: false })
  await createProvider(ann, { slug: "lab", name: "Lab", base_url: "http://127.0.0.1:9/v1", models: [{ id: "m" }], is_on: true })
  expect((await steps())?.model).toBe(true)
  const { id } = await newEnvironment(platform(), ann)
  expect((await steps())?.environment).toBe(true)
  const run = await endedRun(ann, id)
  expect(await steps()).toMatchObject({ run: true, share: false })
  await query(
    "insert into run_shares (id, evaluation_id, user_id, token_hash, sealed_token, samples, logs) values ('s', $1, $2, 'h', '', true, false)",
    [run, ann.userId],
  )
  expect((await steps())?.share).toBe(true)
  await noteHomeVisit(ann, true)
  await noteHomeVisit(ann, false)
  expect(await steps()).toBeNull()
})

test("the platform's own samples are no environment of one's own", async () => {
  const { db, config } = platform().services
  const owner = await ensureOwner(db, config.ownerSlug)
  const ctx = await serviceContext(platform(), owner.id)
  await newEnvironment(platform(), { userId: owner.id }, { name: "word-arithmetic" })
  expect((await readHome(ctx)).steps?.environment).toBe(false)
  await newEnvironment(platform(), { userId: owner.id }, { name: "my-own" })
  expect((await readHome(ctx)).steps?.environment).toBe(true)
})

test("a visit begins after half an hour away, and tells what ended and was published since the one before", async () => {
  const { teamId, admin: bob } = await newTeam(platform(), "bobs")
  const other = await newUser(platform(), "other")
  const { id } = await newEnvironment(platform(), bob, { name: "bench" })
  await query("update environment_versions set published_at = now() - interval '1 day' where environment_id = $1", [id])
  expect((await readHome(bob)).since).toBeNull()
  await noteHomeVisit(bob, false)
  expect((await readHome(bob)).since).toBeNull()

  await lookedAgo(bob, 120)
  await endedRun(bob, id, { minutesAgo: 180 })
  await endedRun(bob, id, { minutesAgo: 60 })
  await endedRun(bob, id, { minutesAgo: 30, status: "FAILED", teamId })
  await endedRun(other, id, { minutesAgo: 30 })
  const { since } = await readHome(bob)
  expect(since).toMatchObject({ ended: 2, failed: 1, below_baseline: 0, looked_at: 2, versions: [] })
  expect(Date.now() - Date.parse(since?.at ?? "")).toBeGreaterThan(119 * 60_000)

  // Looking does not change what is told during the visit.
  await noteHomeVisit(bob, false)
  await lookedAgo(bob, 20)
  await noteHomeVisit(bob, false)
  expect((await readHome(bob)).since).toMatchObject({ ended: 2, at: since?.at })

  await query("update environment_versions set published_at = now() where environment_id = $1", [id])
  await query("update environments set updated_at = now() where id = $1", [id])
  expect((await readHome(bob)).since?.versions).toMatchObject([{ owner: "bobs-admin", name: "bench", version: "0.1.0" }])
  expect((await readHome(other)).since).toBeNull()
})

test("a run counts as below its baseline only with its whole interval", async () => {
  const cat = await newUser(platform(), "cat")
  const { id } = await newEnvironment(platform(), cat, { name: "bench" })
  await noteHomeVisit(cat, false)
  await lookedAgo(cat, 120)
  const baseline = await endedRun(cat, id, { minutesAgo: 500, reward: 0.9 })
  await query("insert into environment_baselines (environment_id, evaluation_id) values ($1, $2)", [id, baseline])
  for (const solved of [4, 35]) {
    const run = await endedRun(cat, id, { minutesAgo: 10, reward: solved / 40 })
    await query(
      `insert into samples (evaluation_id, seq, id, dedupe_key, example_id, example_order, rollout_index, superseded, reward, metrics, outcome, prompt_preview, completion_preview)
         select $1, i, $1 || '_' || i, i::text, i::text, i, 0, false, case when i <= $2::int then 1 else 0 end, '{}', 'ok', '', '' from generate_series(1, 40) i`,
      [run, solved],
    )
    await statisticsOf(cat, (await findEvaluationRow(cat.db, run)) as NonNullable<Awaited<ReturnType<typeof findEvaluationRow>>>)
  }
  expect((await readHome(cat)).since).toMatchObject({ ended: 2, below_baseline: 1 })
})
