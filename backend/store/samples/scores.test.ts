import { afterAll, beforeAll, expect, test } from "vitest"
import { createLog } from "../../base/log.ts"
import { createMigratedDatabase, dropDatabase } from "../../testing/template-database.ts"
import { type Database, openDatabase, withClient } from "../db.ts"
import { listScores } from "./scores.ts"

/** More than one query reads at once. */
const many = 20_007
let name = ""
let database: Database

beforeAll(async () => {
  const made = await createMigratedDatabase()
  name = made.name
  database = openDatabase(made.url, createLog("test", "silent"), { max: 2 })
  await withClient(made.url, (client) =>
    client.query(`
      set session_replication_role = replica;
      create temp table given as select 'run_1' as run, 1 as seq, '7' as example, '7'::numeric as place, false as superseded, 0.1::float8 as reward,
        '{"b": 1, "a": 0.5, "judge": "NaN"}'::json as metrics, 'ok' as outcome, 12.5::float8 as duration limit 0;
      insert into given values
        ('run_1', 1, '7', 7, false, 0.1, '{"b": 1, "a": 0.5, "judge": "NaN"}', 'ok', 12.5),
        ('run_1', 2, '-1', -1, false, null, '{}', 'error', null),
        ('run_1', 3, '1.5', 1.5, true, 1, '{}', 'ok', 1),
        ('run_1', 4, '1.5', 1.5, false, 1e308, '{"a": -1e-300}', 'truncated', 3),
        ('run_1', 5, 'a "quoted" one, é', 7, false, -0.3, '{}', 'ok', 'Infinity'),
        ('run_1', 6, '7', 7, false, 0.2, '{}', 'ok', 1),
        ('run_1', 8, '12345678901234567890123', 12345678901234567890123, false, 0, '{}', 'ok', 0),
        ('run_1', 9, 'endless', '-Infinity', false, 0.5, '{}', 'ok', 0);
      insert into given select 'run_2', i, (i % 4001) || '', i % 4001, false, i, '{}', 'ok', i from generate_series(1, ${many}) i;
      insert into samples (evaluation_id, seq, id, dedupe_key, example_id, example_order, rollout_index, superseded, reward, metrics, outcome,
          duration_ms, prompt_preview, completion_preview)
        select run, seq, run || '-' || seq, seq, example, place, 0, superseded, reward, metrics, outcome, duration, '', '' from given order by random();
      update samples set supersedes = 'run_1-3' where id = 'run_1-4';
    `),
  )
})

afterAll(async () => {
  await database?.close()
  await dropDatabase(name)
})

test("scores are those of the samples that count, in the order of examples, each value as it is stored", async () => {
  expect(await listScores(database.db, "run_1")).toEqual({
    exampleIds: ["endless", "-1", "1.5", "7", 'a "quoted" one, é', "7", "12345678901234567890123"],
    rewards: Float64Array.of(0.5, Number.NaN, 1e308, 0.1, -0.3, 0.2, 0),
    metrics: [{}, {}, { a: -1e-300 }, { b: 1, a: 0.5, judge: "NaN" }, {}, {}, {}],
    outcomes: ["ok", "error", "truncated", "ok", "ok", "ok", "ok"],
    durations: Float64Array.of(0, Number.NaN, 3, 12.5, Number.POSITIVE_INFINITY, 1, 0),
  })
})

test("where samples were tried again, each says whether it was", async () => {
  expect((await listScores(database.db, "run_1", true)).retried).toEqual([false, false, true, false, false, false, false])
})

test("a run that is read in several queries has its samples in one order, those of an example as they were stored", async () => {
  const { exampleIds, rewards } = await listScores(database.db, "run_2")
  const given = Array.from({ length: many }, (_, i) => i + 1).sort((a, b) => (a % 4001) - (b % 4001) || a - b)
  expect([...rewards]).toEqual(given)
  expect(exampleIds).toEqual(given.map((i) => String(i % 4001)))
})

test("a run without samples has no scores", async () => {
  expect((await listScores(database.db, "none")).exampleIds).toEqual([])
})
