/** @import pg from "pg" */

/** Brings runs to a number by copying one. @param {pg.Client} database @param {string} id @param {number} rows */
export async function growRuns(database, id, rows) {
  await database.query(
    `insert into evaluations
     select (jsonb_populate_record(e, jsonb_build_object(
       'id', 'r' || lpad(n::text, 23, '0'), 'name', 'run number ' || n, 'idempotency_key', null,
       'status', (array['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'CANCELLED'])[1 + n % 5],
       'created_at', e.created_at - make_interval(mins => n)))).*
     from evaluations e, generate_series((select count(*) from evaluations)::int, $2::int - 1) n where e.id = $1`,
    [id, rows],
  )
}

/**
 * Brings the samples of a run to a number by copying its first hundred, with other rewards and outcomes, and answers that compress no better than prose.
 * @param {pg.Client} database @param {string} id @param {{ rows: number, rolloutsPerExample: number, bodyBytes: number }} size
 */
export async function growSamples(database, id, { rows, rolloutsPerExample, bodyBytes }) {
  await database.query(
    `insert into samples
     select (jsonb_populate_record(s, jsonb_build_object(
       'seq', s.seq + n * 100, 'id', s.evaluation_id || '-' || n || '-' || s.seq, 'dedupe_key', s.dedupe_key || '-' || n,
       'example_order', (s.seq + n * 100 - 1) / $3::int, 'example_id', ((s.seq + n * 100 - 1) / $3::int)::text,
       'outcome', case when (s.seq + n) % 20 = 3 then 'error' else 'ok' end,
       'reward', ((n * 37 + s.seq) % 100) / 100.0))).*
     from samples s, generate_series((select max(seq) / 100 from samples where evaluation_id = $1), $2::int / 100 - 1) n
     where s.evaluation_id = $1 and s.seq <= 100`,
    [id, rows, rolloutsPerExample],
  )
  await database.query(
    `insert into sample_bodies (sample_id, body)
     select s.id, (b.body::jsonb || jsonb_build_object('completion', jsonb_build_array(jsonb_build_object('role', 'assistant', 'content',
       left((select string_agg(md5(s.id || i), ' ') from generate_series(1, $2::int / 33 + 1) i), $2::int)))))::json
     from samples s join samples o on o.evaluation_id = s.evaluation_id and o.seq = 1 + (s.seq - 1) % 100 join sample_bodies b on b.sample_id = o.id
     where s.evaluation_id = $1 and not exists (select 1 from sample_bodies have where have.sample_id = s.id)`,
    [id, bodyBytes],
  )
  await database.query(
    `insert into sample_metrics select s.evaluation_id, m.key, m.value::text::float8, s.seq from samples s, json_each(s.metrics) m
     where s.evaluation_id = $1 and json_typeof(m.value) = 'number' on conflict do nothing`,
    [id],
  )
  await database.query("update evaluations set samples_done = $2 where id = $1", [id, rows])
}

/**
 * Does work while the large tables have no indexes but those of their keys, and makes the others again: kept up to date row by row they
 * take most of the time. @param {pg.Client} database @param {() => Promise<void>} work
 */
export async function withoutIndexes(database, work) {
  const { rows: indexes } = await database.query(
    "select indexname, indexdef from pg_indexes where tablename in ('evaluations', 'samples', 'sample_texts') and indexdef not like 'CREATE UNIQUE%'",
  )
  for (const { indexname } of indexes) await database.query(`drop index ${indexname}`)
  await database.query("set session_replication_role = replica")
  await work()
  await database.query("set maintenance_work_mem = '512MB'")
  for (const { indexdef } of indexes) await database.query(indexdef)
}
