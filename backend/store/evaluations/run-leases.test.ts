import { expect, test } from "vitest"
import { databaseWithRows } from "../../testing/database-with-rows.ts"
import { rowsReadOf } from "../../testing/plan-faults.ts"
import { releaseDeadLeases } from "../workers/workers.ts"
import { claimRun } from "./run-leases.ts"

const queued = 5000
const filled = databaseWithRows(
  [
    `
      insert into evaluations (id, name, user_id, team_id, is_hosted, eval_type, status, phase, environments, metadata, lease_owner, created_at)
        select 'ended_' || i, 'run', 'user_1', null, true, 'environment', 'COMPLETED', 'ended', '[]'::jsonb, '{}'::json, case when i = 1 then 'dead' end, now()
        from generate_series(1, ${queued}) i;
      insert into evaluations (id, name, user_id, team_id, is_hosted, eval_type, status, phase, environments, metadata, created_at)
        select 'many_' || lpad(i || '', 5, '0'), 'run', 'user_1', null, true, 'environment', 'PENDING', 'queued', '[]'::jsonb, '{}'::json,
          now() - make_interval(secs => ${queued} + 10 - i)
        from generate_series(1, ${queued}) i;
      insert into evaluations (id, name, user_id, team_id, is_hosted, eval_type, status, phase, environments, metadata, created_at) values
        ('own', 'run', 'user_2', null, true, 'environment', 'PENDING', 'queued', '[]', '{}', now() - interval '2 seconds'),
        ('for_team', 'run', 'user_2', 'team_1', true, 'environment', 'PENDING', 'queued', '[]', '{}', now() - interval '5 seconds'),
        ('for_team_too', 'run', 'user_3', 'team_1', true, 'environment', 'PENDING', 'queued', '[]', '{}', now() - interval '6 seconds');
      analyze evaluations`,
  ],
  120_000,
)

const claim = async () =>
  (await claimRun(filled().database.db, { owner: "worker", machine: "here", port: 1 }, { all: null, perUser: null, perTeam: null }, []))?.id

test("whoever has the fewest runs at work comes first, of each account and person the run that waits longest; a long queue is not read through", async () => {
  expect(await rowsReadOf(filled().database, filled().url, "evaluations", claim)).toBeLessThan(50)
  const { rows } = await filled().database.pool.query("select id from evaluations where status = 'RUNNING'")
  expect(rows).toEqual([{ id: "many_00001" }])
  expect([await claim(), await claim(), await claim(), await claim()]).toEqual(["for_team_too", "own", "many_00002", "for_team"])
})

test("looking for what dead workers held reads the runs at work, and leaves those that ended", async () => {
  await filled().database.pool.query("update evaluations set lease_owner = 'dead' where id = 'own'")
  const release = () => releaseDeadLeases(filled().database.db, (owner) => owner === "dead")
  expect(await rowsReadOf(filled().database, filled().url, "evaluations", release)).toBeLessThan(50)
  const { rows } = await filled().database.pool.query("select id from evaluations where lease_owner is null and status = 'RUNNING'")
  expect(rows).toEqual([{ id: "own" }])
})
