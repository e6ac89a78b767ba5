import { createHash } from "node:crypto"
import type { Client } from "pg"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createLog } from "../base/log.ts"
import { planFaults, statementsOf } from "../testing/plan-faults.ts"
import { createMigratedDatabase, dropDatabase } from "../testing/template-database.ts"
import { countWaiting, listInvitations } from "./accounts/invitations.ts"
import { findSession, listSessions } from "./accounts/sessions.ts"
import { listActors, listAudit } from "./audit/audit.ts"
import { listCheckpoints } from "./checkpoints/checkpoints.ts"
import { listDoomedCheckpoints } from "./checkpoints/deleted-checkpoints.ts"
import { usageOf } from "./checkpoints/owner-usage.ts"
import { listPendingCheckpoints } from "./checkpoints/taken-checkpoints.ts"
import { countComments, listComments } from "./comments/comments.ts"
import { countPlacedRuns, listLostAttempts, listPlacedRuns } from "./compute/placed-runs.ts"
import { type Database, openDatabase, withClient } from "./db.ts"
import { listChecks } from "./environments/checks.ts"
import { type EnvironmentFilter, listEnvironments } from "./environments/list-environments.ts"
import { listVersions } from "./environments/versions.ts"
import { type EvaluationFilter, listEvaluations, listTags } from "./evaluations/list-evaluations.ts"
import { findEnded, findRunsMade, hasEnvironment, listNewVersions } from "./home/what-there-is.ts"
import { listApiKeys } from "./identity/api-keys.ts"
import { type InstanceFilter, listInstances } from "./instances/instances.ts"
import { listDoorKeys, listSshKeys } from "./instances/ssh-keys.ts"
import { findLogLines } from "./logs/find-logs.ts"
import { readLogLines } from "./logs/read-logs.ts"
import { listChannels } from "./notifications/channels.ts"
import { listChannelsForBudget, listChannelsForMention, listChannelsForRun, listRules } from "./notifications/rules.ts"
import { claimMessage, listMessages } from "./outbox/messages.ts"
import { listLaunched } from "./presets/presets.ts"
import { countRunsOf, listProviders } from "./providers/providers.ts"
import { countRequests, listWaiting } from "./providers/requests.ts"
import { listExpired } from "./retention/retention.ts"
import { countReviewed, countSkipped, listRated, listReviewLabels } from "./reviews/rated-samples.ts"
import { readReviewMarks } from "./reviews/review-marks.ts"
import { listReviews } from "./reviews/reviews.ts"
import { blockTest } from "./samples/block-test.ts"
import { listRolloutsOf } from "./samples/compared-examples.ts"
import { listErrorGroups, listSamples } from "./samples/list-samples.ts"
import { findSample } from "./samples/sample-bodies.ts"
import { matching, type SampleFilter } from "./samples/sample-filter.ts"
import { readPage } from "./samples/sample-pages.ts"
import { listSandboxes, type SandboxFilter } from "./sandboxes/sandboxes.ts"
import { listScheduledRuns } from "./schedules/schedules.ts"
import { searchTexts } from "./search/search-texts.ts"
import type { SearchFilter } from "./search/searched-runs.ts"
import { textSources } from "./search/text-sources.ts"
import { listEarlierRuns } from "./usage/earlier-runs.ts"
import { listSpenders } from "./usage/spenders.ts"
import { listUsage, sumUsage } from "./usage/usage-report.ts"

/** Lists are read from tables of 100,000 rows, and none of their queries may read or sort them all. */
const rows = 100_000
const bigTables = new Set([
  "evaluations",
  "samples",
  "sample_reviews",
  "sample_texts",
  "log_texts",
  "environments",
  "environment_versions",
  "environment_actions",
  "sandboxes",
  "sandbox_checkpoints",
  "instances",
  "ssh_keys",
  "log_chunks",
  "daily_usage",
  "usage_totals",
  "api_keys",
  "notification_rules",
  "outbox",
  "outbox_tries",
  "comments",
  "audit_log",
  "sessions",
  "invitations",
])

const viewer = { userId: "user_1", teamIds: ["team_1", "team_2"], roles: { team_1: "editor", team_2: "editor" } } as const
let name = ""
let url = ""
let database: Database
let indexes: string[] = []

const indexesOf = (client: Client) =>
  client
    .query("select indexdef from pg_indexes where schemaname = 'public' order by indexdef")
    .then(({ rows }) => rows.map(({ indexdef }) => indexdef as string))
const faultsOf = (work: () => Promise<unknown>) => planFaults(database, url, bigTables, work)

beforeAll(async () => {
  ;({ name, url } = await createMigratedDatabase())
  database = openDatabase(url, createLog("test", "silent"), { max: 2 })
  indexes = await withClient(url, indexesOf)
  // Made once the rows are there, indexes take a fraction of the time.
  await withClient(url, (client) =>
    client.query(`
      set session_replication_role = replica;
      set maintenance_work_mem = '256MB';
      create temp table index_to_make as
        select indexname, indexdef from pg_indexes where schemaname = 'public' and indexdef not like 'CREATE UNIQUE%';
      do $$ declare i record; begin for i in select * from index_to_make loop execute format('drop index %I', i.indexname); end loop; end $$;
      insert into users (id, name, email, slug, role) select 'user_' || i, 'u', 'u' || i, 'slug' || i, 'USER' from generate_series(1, 50) i;
      insert into teams (id, name, slug) select 'team_' || i, 't', 'team' || i from generate_series(1, 3) i;
      insert into sessions (id, user_id, token_hash, method, browser, last_used_at, expires_at)
        select 'session_' || i, 'user_' || (i % 50 + 1), 'hash' || i, 'password', '', now() - make_interval(secs => i), now() + interval '1 day' from generate_series(1, ${rows}) i;
      insert into invitations (id, token_hash, email, team_id, role, invited_by, created_at, expires_at)
        select 'invitation_' || i, 'hash' || i, 'e' || i, case when i % 50 = 0 then 'team_1' end, 'runner', 'user_' || (i % 50 + 1), now() - make_interval(secs => i), now() from generate_series(1, ${rows}) i;
      insert into api_keys (id, user_id, name, hash, prefix, created_at)
        select 'key_' || i, 'user_' || (i % 50 + 1), 'k', 'hash' || i, 'he_', now() - make_interval(secs => i) from generate_series(1, ${rows}) i;
      insert into environments (id, user_id, team_id, name, visibility, tags, latest_version_id, created_at, updated_at)
        select 'env_' || i, 'user_' || (i % 50 + 1), case when i % 50 = 7 then 'team_1' end, 'name' || (i * 7919) % ${rows},
          case when i % 2 = 0 then 'PUBLIC' else 'PRIVATE' end, array['tag' || i % 300], 'version_' || i,
          now() - make_interval(secs => i), now() - make_interval(secs => (i * 31) % ${rows})
        from generate_series(1, ${rows}) i;
      insert into environment_versions (id, environment_id, content_hash, semantic_version, wheel_filename, wheel_sha256, published_at, metadata)
        select 'version_' || i, case when i % 100 = 0 then 'env_1' else 'env_' || i end, 'hash' || i, '1.0.' || i, 'w', 's', now() - make_interval(secs => i), '{}'
        from generate_series(1, ${rows}) i;
      insert into environment_actions (id, environment_id, version_id, status, trigger, created_at)
        select 'check_' || i, case when i % 100 = 0 then 'env_1' else 'env_' || i end, 'version_' || i,
          case when i % 10 = 0 then 'FAILED' else 'SUCCESS' end, 'publish', now() - make_interval(secs => i)
        from generate_series(1, ${rows}) i;
      insert into evaluations (id, name, user_id, team_id, is_hosted, eval_type, status, phase, environment_id, environments, suite_id, model_name, metadata,
          reward_sum, reward_count, samples_done, tags, archived_at, created_at, updated_at)
        select 'run_' || i, 'run ' || (i * 7919) % ${rows}, 'user_' || (case when i % 5 = 0 then i % 49 + 2 else 1 end),
          case when i % 10 = 0 then 'team_' || (i / 10 % 3 + 1) end, i % 100 <> 1, 'environment',
          (array['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'CANCELLED'])[i % 5 + 1], 'ended', 'env_' || i % 40 + 1,
          jsonb_build_array(jsonb_build_object('id', 'env_' || i % 40 + 1, 'owner', 'slug1', 'name', 'name' || i % 40 + 1)),
          case when i % 20 = 0 then 'suite_' || i % 200 end, 'model ' || i % 30, '{}',
          random(), i % 3, 3, case when i % 3 = 0 then array['tag' || i % 300] || case when i % 6 = 0 then '{often}'::text[] else '{}' end else '{}' end,
          case when i % 50 = 0 then now() end, now() - make_interval(secs => i), now() - make_interval(secs => (i * 31) % ${rows})
        from generate_series(1, ${rows}) i;
      insert into usage_totals select id, 5, 0, 100, 0, 0, 10, 0.1, 0 from evaluations;
      insert into evaluation_stars select 'user_' || (i % 2 + 1), 'run_' || i * 97 from generate_series(1, 1000) i;
      insert into samples (evaluation_id, seq, id, dedupe_key, example_id, example_order, rollout_index, superseded, reward, metrics, outcome, error_class,
          input_tokens, output_tokens, duration_ms, prompt_preview, completion_preview)
        select 'run_' || (case when i <= ${rows} then 1 else i % 100 + 2 end), i, 'sample_' || i, i || '', (i % 1000) || '', i % 1000, i / 1000,
          i % 500 = 0, case when i % 10 > 0 then random() end, '{"exact": 1}', case when i % 20 = 3 then 'error' else 'ok' end,
          case when i % 20 = 3 then (array['inference_quota', 'environment_scoring'])[i / 20 % 2 + 1] end,
          i % 777, i % 333, case when i % 9 > 0 then random() * 1000 end, 'prompt', 'completion'
        from generate_series(1, ${rows * 1.2}) i;
      insert into sample_metrics select evaluation_id, 'exact', (seq * 37 % 1000) / 1000.0, seq from samples where seq % 100 > 0;
      insert into sample_reviews (sample_id, user_id, turn, evaluation_id, rating, labels, drawn)
        select id, 'user_1', '', evaluation_id, (seq % 3) / 2.0, array['often', 'label' || seq % 500], seq % 2 = 0
        from samples where evaluation_id <> 'run_1' or seq % 100 = 1;
      insert into sample_bodies (sample_id, body) select 'sample_' || i, '{}' from generate_series(1, 100) i;
      insert into sample_texts (sample_id, place, evaluation_id, owner, text, shown, spots)
        select s.id, 0, evaluation_id, coalesce(team_id, user_id), told.text, told.text, '[[0, "message", "1"]]'
        from samples s join evaluations e on e.id = evaluation_id,
          lateral (select 'apples ' || (case when seq % 10 = 7 then 'pears ' else '' end) || left(md5(seq::text), 12) as text) told;
      insert into log_texts select id, 0, coalesce(team_id, user_id), 'started ' || id, 'Started ' || id, '[0]' from evaluations;
      insert into sample_text_progress (evaluation_id, due, seq) select evaluation_id, max(seq), max(seq) from samples group by evaluation_id;
      insert into sandboxes (id, user_id, team_id, evaluation_id, name, image, cpu_cores, memory_gb, disk_gb, network_access, timeout_minutes, labels, status, created_at)
        select 'sandbox_' || i, 'user_' || (case when i % 5 = 0 then 2 else 1 end), case when i % 20 = 0 then 'team_1' end, 'run_' || i % 1000 + 1, 's', 'i', 1, 1, 1, false, 60,
          array['label' || i % 500], case when i % 200 = 0 then 'RUNNING' when i % 10 = 0 then 'ERROR' else 'TERMINATED' end, now() - make_interval(secs => i)
        from generate_series(1, ${rows}) i;
      insert into sandbox_checkpoints (id, sandbox_id, user_id, team_id, evaluation_id, image, disk_gb, state, stored_bytes, created_at)
        select 'checkpoint_' || i, 'sandbox_' || i / 4, 'user_' || i % 5000, case when i % 20 = 0 then 'team_' || i % 5000 end, case when i % 2 = 0 then 'run_' || i % 1000 + 1 end,
          'i', 1, case when i % 5000 = 0 then 'PENDING' when i % 3000 = 0 then 'DELETING' else 'DURABLE' end, 1, now() - make_interval(secs => i)
        from generate_series(1, ${rows}) i;
      insert into instances (id, user_id, team_id, evaluation_id, name, cloud_id, usd_per_hour, hours, created_at, ended_at)
        select 'sandbox_' || i, 'user_' || i % 40 + 1, case when i % 20 = 0 then 'team_1' end, 'run_' || i % 1000 + 1, 'n', 'c', 1, 1,
          now() - make_interval(secs => i), case when i % 200 > 0 then now() end
        from generate_series(1, ${rows}) i;
      insert into ssh_keys (id, user_id, name, public_key, fingerprint)
        select 'key_' || i, case when i < 50 then 'user_1' else 'user_' || (i % 40 + 2) end, 'k', 'p', 'f' || i from generate_series(1, ${rows}) i;
      insert into log_chunks (owner_id, first_line, line_count, levels, streams, styled, lines)
        select 'run_' || i % 100, i / 100 * 10, 10, 2, 1, false, '[[0, 0, 1, "line"]]' from generate_series(1, ${rows}) i;
      insert into notification_channels (id, user_id, kind, name, shown_address, sealed, state)
        select 'channel_' || i, 'user_' || i, 'webhook', 'c', 'a', '', 'on' from generate_series(1, 50) i;
      insert into notification_rules (id, user_id, events, environment_id, team_id, created_at)
        select 'rule_' || i, 'user_' || (i % 50 + 1), array[case when i % 20 = 0 then 'ended' else 'mentioned' end],
          case when i % 3 = 1 then 'env_' || i % 40 + 1 end, case when i % 3 = 2 then 'team_' || (i % 3 + 1) end, now() - make_interval(secs => i)
        from generate_series(1, ${rows}) i;
      insert into outbox (id, cause, channel_id, type, data, state, tries, due_at, lease_until, created_at)
        select 'msg_' || i, 'cause_' || i, 'channel_' || (i % 50 + 1), 'channel.test', '{}', case when i % 100 = 0 then 'waiting' else 'delivered' end, 1,
          now() + make_interval(secs => i % 1000 - 10), case when i % 20000 = 0 then now() + interval '1 hour' end, now() - make_interval(secs => i)
        from generate_series(1, ${rows}) i;
      insert into outbox_tries (message_id, number, took_ms, status) select id, 1, 5, 200 from outbox;
      insert into comments (id, evaluation_id, sample_id, user_id, text, created_at)
        select 'comment_' || i, 'run_' || (i % 100 + 2), case when i % 2 = 0 then 'sample_' || (i % 1000 + 1) end, 'user_' || (i % 50 + 1), 'text',
          now() - make_interval(secs => i)
        from generate_series(1, ${rows}) i;
      insert into daily_usage
        select '2026-01-01'::date + i % 365, 'user_' || (i / 365 % 50 + 1), case when i % 10 = 0 then 'team_' || i % 200 else '' end, 'env_' || i / 18250, 'p', 'm' || i / 18250, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0
        from generate_series(1, ${rows}) i;
      insert into audit_log (seq, at, actor_id, actor_name, action, target_kind, details, previous, hash)
        select i, now() - make_interval(secs => i), 'user_' || i % 50, 'u', 'action ' || i % 20, 'run', '{}', '', '' from generate_series(1, ${rows}) i;
      do $$ declare i record; begin for i in select * from index_to_make loop execute i.indexdef; end loop; end $$;`),
  )
  // A statement of its own: it does not run inside the transaction that several make.
  await withClient(url, (client) => client.query("vacuum analyze"))
}, 300_000)

afterAll(async () => {
  await database?.close()
  await dropDatabase(name)
})

test("the tables have the indexes that the migrations made", async () => {
  expect(indexes.join()).toContain("samples_example")
  expect(await withClient(url, indexesOf)).toEqual(indexes)
})

const sorts = <T extends string>(...keys: T[]) =>
  keys.flatMap((sort_by) => (["asc", "desc"] as const).map((sort_order) => ({ sort_by, sort_order })))
const named = <T extends object>(cases: T[]) => cases.map((one) => ({ ...one, title: JSON.stringify(one) }))

const runs: Partial<EvaluationFilter>[] = [
  ...sorts("created_at", "updated_at", "avg_score", "name", "model"),
  { environment_id: "env_3" },
  { environment_name: "name3" },
  { environment_name: "slug1/name3" },
  { statuses: ["FAILED"] },
  { statuses: ["RUNNING"] },
  { statuses: ["FAILED", "CANCELLED"] },
  { team_id: "team_1" },
  { model: "model 4" },
  { is_hosted: true },
  { is_hosted: false },
  { suite_id: "suite_20" },
  { skip: 50_000 },
  { skip: 50_000, sort_by: "name" },
  { search: "RUN 7777" },
  { search: "no such run" },
  { tag: "tag3" },
  { tag: "often" },
  { tag: "no such tag" },
  { mine: true },
  { starred: true },
  { starred: true, sort_by: "avg_score" },
  { archived: true },
  { archived: true, sort_by: "name" },
  { model: "model 4", statuses: ["COMPLETED"], is_hosted: true, sort_by: "avg_score" },
]
test.each(named(runs))("runs by $title", async ({ title: _, ...filter }) => {
  const list = { sort_by: "created_at", sort_order: "desc", skip: 0, limit: 50, archived: false, ...filter } as const
  expect(await faultsOf(() => listEvaluations(database.db, viewer, list))).toEqual([])
  const { next } = await listEvaluations(database.db, viewer, list)
  if (next) expect(await faultsOf(() => listEvaluations(database.db, viewer, { ...list, after: next }))).toEqual([])
})

test("tags of runs", async () => {
  expect(await listTags(database.db, viewer)).toContain("often")
  expect(await faultsOf(() => listTags(database.db, viewer))).toEqual([])
})

test("what a person last ran of an environment, and what it used", async () => {
  const weights = { prompt: 1, cached: 1, completion: 1 }
  expect(await listLaunched(database.db, viewer, "env_2")).toHaveLength(50)
  expect(await faultsOf(() => listLaunched(database.db, viewer, "env_2"))).toEqual([])
  expect(await listEarlierRuns(database.db, viewer, "env_2", { model: null, weights })).toHaveLength(10)
  expect(await faultsOf(() => listEarlierRuns(database.db, viewer, "env_2", { model: null, weights }))).toEqual([])
  expect(await faultsOf(() => listEarlierRuns(database.db, viewer, "env_2", { model: "model 1", weights }))).toEqual([])
})

const samples: SampleFilter[] = [
  ...sorts("seq", "example", "reward", "duration", "tokens", "draw"),
  { outcome: "error" },
  { error_class: "inference_quota" },
  // Its samples have no problems beside their class.
  { error_class: "inference_quota", error_group: createHash("md5").update("inference_quota").digest("hex") },
  { reward_min: 0.9 },
  { reward_max: 0.1, sort_by: "reward" },
  { example_id: "17" },
  { since_seq: 90_000, sort_by: "seq" },
  { reviewed: true },
  { reviewed: true, sort_by: "reward" },
  { label: "often", sort_by: "draw" },
]
test.each(named(samples))("samples by $title, and the page after", async ({ title: _, ...filter }) => {
  const list = (after: string | null) =>
    listSamples(database.db, "run_1", { sort_by: "example", sort_order: "asc", limit: 50, ...filter, after })
  const { next } = await list(null)
  expect(next).not.toBeNull()
  expect(await faultsOf(() => list(null))).toEqual([])
  expect(await faultsOf(() => list(next))).toEqual([])
})

test("samples without a reward, which come last, a page of them", async () => {
  for (const sort_order of ["asc", "desc"] as const) {
    const list = (after: string) => listSamples(database.db, "run_1", { sort_by: "reward", sort_order, limit: 50, after })
    const page = await list("-Infinity:50000")
    expect(page.rows.map(({ reward }) => reward)).toEqual(Array.from({ length: 50 }, () => null))
    expect(await faultsOf(() => list("-Infinity:50000"))).toEqual([])
    expect(await faultsOf(() => list("0.999:1"))).toEqual([])
  }
})

test("samples by a metric, and the page after", async () => {
  const list = (after: string | null) =>
    listSamples(database.db, "run_1", { sort_by: "metric:exact", sort_order: "desc", limit: 50, after })
  const { next } = await list(null)
  expect(await faultsOf(() => list(null))).toEqual([])
  expect(await faultsOf(() => list(next))).toEqual([])
})

const searches: SampleFilter[] = [
  { search: "c20ad4d76fe9" },
  { search: "apples" },
  { search: "pears", sort_by: "reward", sort_order: "desc" },
  { search: "pears", sort_by: "reward", sort_order: "asc" },
  { search: "pears", outcome: "error" },
  { search: "zq" },
  { search: "c20ad4[^x]+fe9", search_mode: "regex" },
  { search: "c.*9[0-9]x", search_mode: "regex" },
]
test.each(named(searches))("samples searched for $title read a bounded part of the texts", async ({ title: _, ...filter }) => {
  const list = (evaluationId: string) =>
    listSamples(database.db, evaluationId, { sort_by: "example", sort_order: "asc", limit: 50, ...filter })
  expect(await faultsOf(() => list("run_1"))).toEqual([])
  expect(await faultsOf(() => list("run_2"))).toEqual([])
})

test("a text that few samples of a large run have is found through the index", async () => {
  const search = () => listSamples(database.db, "run_1", { sort_by: "seq", sort_order: "asc", limit: 50, search: "c20ad4d76fe9" })
  expect(await search()).toMatchObject({ rows: [{ seq: 12 }], total: 1, next: null, scope: { looked_through: null } })
  const probe = (await statementsOf(database, search)).find(({ text }) => text.includes("select t.sample_id as id"))
  const explained = await withClient(url, async (client) => {
    await client.query("set enable_seqscan = off")
    return client.query(`explain (format text) ${probe?.text}`, probe?.values)
  })
  expect(JSON.stringify(explained.rows)).toContain("Bitmap Index Scan on sample_texts_search")
})

const runSearches: { words: string; source?: "logs"; mode?: "regex"; filter?: SearchFilter }[] = [
  { words: "c20ad4d76fe9" },
  { words: "apples" },
  { words: "pears", filter: { model: "model 4" } },
  { words: "pears", filter: { environment_id: "env_3", outcome: "error" } },
  { words: "pears", filter: { reward_min: 0.99 } },
  { words: "zq" },
  { words: "c20ad4[^x]+fe9", mode: "regex" },
  { words: "c.*9[0-9]x", mode: "regex" },
  { words: "started run_77777", source: "logs" },
  { words: "started", source: "logs" },
]
test.each(named(runSearches))("all runs searched for $title read a bounded part of the texts", async ({ words, source, mode, filter }) => {
  const test = await blockTest(database.db, words, mode ?? "text")
  const search = { viewer, filter: filter ?? {}, test }
  expect(await faultsOf(() => searchTexts(database.db, textSources[source ?? "samples"], search, null, 20))).toEqual([])
})

test("a text that few runs of a large account have is found through the index", async () => {
  const test = await blockTest(database.db, "c20ad4d76fe9", "text")
  const search = () => searchTexts(database.db, textSources.samples, { viewer, filter: {}, test }, null, 20)
  expect(await search()).toMatchObject({
    hits: [{ block: { runId: "run_1", seq: 12 }, match: "c20ad4d76fe9" }],
    next: null,
    isPartial: false,
  })
  const probe = (await statementsOf(database, search)).find(({ text }) => text.includes("t.owner = any"))
  const explained = await withClient(url, async (client) => {
    await client.query("set enable_seqscan = off")
    return client.query(`explain (format text) ${probe?.text}`, probe?.values)
  })
  expect(JSON.stringify(explained.rows)).toContain("Bitmap Index Scan on sample_texts_search")
})

test("samples that nobody has reviewed, a page of them in the order of the draw", async () => {
  const where = matching("run_1", { reviewed: false })
  const page = () => readPage(database.db, "run_1", where, { sort_by: "draw", sort_order: "asc", limit: 50 })
  expect((await page()).rows).toHaveLength(50)
  expect(await faultsOf(page)).toEqual([])
})

test("what people said about samples of a run", async () => {
  const { db } = database
  expect(await countReviewed(db, "run_1")).toMatchObject({ samples: 1000 })
  expect(await listReviewLabels(db, "run_1")).toHaveLength(6)
  for (const read of [countReviewed, listRated, listReviewLabels]) expect(await faultsOf(() => read(db, "run_1"))).toEqual([])
  expect(await faultsOf(() => countSkipped(db, "run_2"))).toEqual([])
  expect(await faultsOf(() => listReviews(db, "run_1", "sample_1", { limit: 100, offset: 0 }))).toEqual([])
  const ids = Array.from({ length: 1000 }, (_, i) => `sample_${i}`)
  expect(await faultsOf(() => readReviewMarks(db, "run_1", ids, "user_1"))).toEqual([])
})

test("a cursor that is empty or made up is refused, not taken for the first page", async () => {
  for (const after of ["", "first"])
    await expect(listSamples(database.db, "run_1", { sort_by: "example", sort_order: "asc", limit: 50, after })).rejects.toThrow(
      "after is not",
    )
})

test("a sample with its neighbours, and the groups of errors", async () => {
  expect(await faultsOf(() => findSample(database.db, "run_1", "sample_50"))).toEqual([])
  expect(await faultsOf(() => listErrorGroups(database.db, "run_1"))).toEqual([])
})

test("the rollouts of some examples of compared runs", async () => {
  const list = () => listRolloutsOf(database.db, ["run_1", "run_2"], ["1", "17", "40"], 32)
  expect((await list()).length).toBeGreaterThan(0)
  expect(await faultsOf(list)).toEqual([])
})

const environments: Partial<EnvironmentFilter>[] = [
  ...sorts("name", "created_at", "updated_at", "stars").map(({ sort_by, sort_order }) => ({
    sortBy: sort_by,
    descending: sort_order === "desc",
  })),
  { owner: "slug3" },
  { owner: "team1" },
  { visibility: "PRIVATE" },
  { visibility: "PUBLIC" },
  { tags: ["tag4"] },
  { mineOnly: true },
]
test.each(named(environments))("environments by $title", async ({ title: _, ...filter }) => {
  const list = { sortBy: "created_at", descending: true, limit: 50, offset: 0, ...filter } as const
  expect(await faultsOf(() => listEnvironments(database.db, viewer, list))).toEqual([])
})

test("versions and checks of an environment", async () => {
  expect(await faultsOf(() => listVersions(database.db, "env_1"))).toEqual([])
  expect(await faultsOf(() => listChecks(database.db, "env_1", null, 50, 0))).toEqual([])
  expect(await faultsOf(() => listChecks(database.db, "env_1", "version_100", 50, 0))).toEqual([])
})

const sandboxes: SandboxFilter[] = [
  { userId: "user_1" },
  { teamId: "team_1" },
  { evaluationId: "run_5" },
  { userId: "user_1", status: "TERMINATED" },
  { userId: "user_1", status: "RUNNING" },
  { userId: "user_1", active: true },
  { userId: "user_1", labels: ["label3"] },
]
test.each(named(sandboxes))("sandboxes by $title", async ({ title: _, ...filter }) => {
  expect(await faultsOf(() => listSandboxes(database.db, filter, { offset: 0, limit: 50 }))).toEqual([])
})

test("checkpoints of a sandbox, by ids, of a worker and to be deleted, and what an owner has", async () => {
  const { db } = database
  for (const filter of [{ sandboxId: "sandbox_5" }, { ids: ["checkpoint_1", "checkpoint_2"] }])
    expect(await faultsOf(() => listCheckpoints(db, filter))).toEqual([])
  for (const teamId of [null, "team_20"]) expect(await faultsOf(() => usageOf(db, { userId: "user_1", teamId }))).toEqual([])
  expect(await faultsOf(() => listPendingCheckpoints(db, "w"))).toEqual([])
  expect(await faultsOf(() => listDoomedCheckpoints(db, 50))).toEqual([])
})

const instances: InstanceFilter[] = [true, false].flatMap((ended) => [
  { userId: "user_1", ended },
  { teamId: "team_1", ended },
  { evaluationId: "run_5", ended },
])
test.each(named(instances))("instances by $title", async ({ title: _, ...filter }) => {
  expect(await faultsOf(() => listInstances(database.db, filter, { offset: 0, limit: 50 }))).toEqual([])
})

test("SSH keys of a person, and those that open an instance", async () => {
  const { db } = database
  expect(await faultsOf(() => listSshKeys(db, { userId: "user_1", evaluationId: null }, { offset: 0, limit: 50 }))).toEqual([])
  for (const teamId of [null, "team_1"])
    expect(await faultsOf(() => listDoorKeys(db, { userId: "user_1", teamId, evaluationId: "run_5" }, "f7"))).toEqual([])
})

test("API keys, log lines and the usage report", async () => {
  const { db } = database
  expect(await faultsOf(() => listApiKeys(db, "user_1"))).toEqual([])
  expect(await faultsOf(() => findSession(db, "hash1", 12))).toEqual([])
  expect(await faultsOf(() => listSessions(db, "user_1", { offset: 0, limit: 100 }, 12))).toEqual([])
  expect(await faultsOf(() => listInvitations(db, "team_1", { offset: 0, limit: 100 }))).toEqual([])
  expect(await faultsOf(() => countWaiting(db, "user_1"))).toEqual([])
  expect(await faultsOf(() => readLogLines(db, "run_1", 5000, 100))).toEqual([])
  expect(await faultsOf(() => findLogLines(db, "run_1", 0, 100, { level: "warning" }))).toEqual([])
  const account = { userId: "user_1", teamId: null }
  const days = { from: "2026-03-01", to: "2026-03-31" }
  expect(await faultsOf(() => sumUsage(db, account, days))).toEqual([])
  for (const by of ["day", "model", "environment", "user"] as const)
    expect(await faultsOf(() => listUsage(db, account, days, by))).toEqual([])
})

test("what members of a team used, and each person and team", async () => {
  const days = { from: "2026-03-01", to: "2026-03-31" }
  for (const of of [{ kind: "member", teamId: "team_1" } as const, { kind: "person" } as const, { kind: "team" } as const])
    expect([of.kind, await faultsOf(() => listSpenders(database.db, of, days, { offset: 0, limit: 20 }, new Date("2026-03-31")))]).toEqual([
      of.kind,
      [],
    ])
})

test("the runs that are older than they are kept", async () => {
  for (const teamId of ["", "team_1"]) expect(await faultsOf(() => listExpired(database.db, { teamId, days: 1 }, 20))).toEqual([])
})

test("the last runs of schedules", async () => {
  expect(await faultsOf(() => listScheduledRuns(database.db, ["schedule_1", "schedule_2"], 6))).toEqual([])
})

test("the audit log, and who is in it", async () => {
  for (const actorId of [null, "user_7", "user_nobody"])
    for (const action of [null, "action 3"])
      for (const before of [null, 50_000]) expect(await faultsOf(() => listAudit(database.db, { actorId, action, before }, 51))).toEqual([])
  expect(await faultsOf(() => listActors(database.db, 100))).toEqual([])
})

test("what the home page tells, and what providers are doing", async () => {
  const { db } = database
  const since = new Date(Date.now() - 3_600_000)
  expect(await faultsOf(() => findEnded(db, viewer, since, 50))).toEqual([])
  expect(await faultsOf(() => findRunsMade(db, "user_1"))).toEqual([])
  expect(await faultsOf(() => hasEnvironment(db, viewer, { ownerId: "user_1", names: ["name1"] }))).toEqual([])
  expect(await faultsOf(() => listNewVersions(db, viewer, since, 5))).toEqual([])
  const account = { userId: "user_1", teamId: null }
  expect(await faultsOf(() => listProviders(db, account))).toEqual([])
  expect(await faultsOf(() => countRunsOf(db, account, ["lab"]))).toEqual([])
  expect(await faultsOf(() => countRequests(db, ["provider_1"]))).toEqual([])
  expect(await faultsOf(() => listWaiting(db, ["run_1", "run_2"]))).toEqual([])
})

test("where runs run: what has begun, what waits, and what was lost", async () => {
  const { db } = database
  expect(await faultsOf(() => countPlacedRuns(db))).toEqual([])
  for (const one of [viewer, null]) {
    expect(await faultsOf(() => listPlacedRuns(db, "cluster", one, 50))).toEqual([])
    expect(await faultsOf(() => listLostAttempts(db, ["cluster"], one, 5))).toEqual([])
  }
})

test("who is told of what, what is due, what a channel was sent, and what people wrote", async () => {
  const { db } = database
  const before = { createdAt: new Date(Date.now() - 3_600_000), id: "msg_1" }
  for (const run of [
    { userId: "user_1", teamId: null, environmentId: "env_2" },
    { userId: "user_1", teamId: "team_1", environmentId: null },
  ]) {
    expect(await faultsOf(() => listChannelsForRun(db, run, ["ended"]))).toEqual([])
    expect(await faultsOf(() => listChannelsForBudget(db, run))).toEqual([])
    expect(await faultsOf(() => listChannelsForMention(db, run, "user_3"))).toEqual([])
  }
  expect(await faultsOf(() => listChannels(db, "user_1"))).toEqual([])
  expect(await faultsOf(() => listRules(db, "user_1"))).toEqual([])
  expect(await faultsOf(() => claimMessage(db, "worker"))).toEqual([])
  for (const page of [null, before]) {
    expect(await faultsOf(() => listMessages(db, "channel_3", { before: page, limit: 50 }))).toEqual([])
    for (const sampleId of [null, "sample_7"])
      expect(await faultsOf(() => listComments(db, { evaluationId: "run_9", sampleId }, { before: page, limit: 50 }))).toEqual([])
  }
  expect(await faultsOf(() => countComments(db, { evaluationId: "run_9", sampleId: null }))).toEqual([])
})
