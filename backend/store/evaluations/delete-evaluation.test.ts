import { expect, test } from "vitest"
import { statementsOf } from "../../testing/plan-faults.ts"
import { newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { newHostedRun } from "../../testing/waiting-run.ts"
import { withClient } from "../db.ts"
import { toNewSample } from "../samples/sample-batches.ts"
import { insertSamples } from "../samples/samples.ts"
import { deleteEvaluation } from "./delete-evaluation.ts"

const platform = testPlatform()
const ask = (sql: string, values: unknown[] = []) =>
  withClient(platform().config.databaseUrl, async (client) => (await client.query(sql, values)).rows)

/** A run of so many samples with bodies and a metric each. */
async function runOf(owner: { userId: string }, name: string, count: number): Promise<string> {
  const id = await newHostedRun(platform(), owner, name)
  await ask(
    `insert into samples (evaluation_id, seq, id, dedupe_key, example_id, example_order, rollout_index, metrics, outcome, prompt_preview, completion_preview)
     select $1, i, $1 || i, i, i, i, 0, '{}', 'ok', '', '' from generate_series(1, $2::int) i`,
    [id, count],
  )
  await ask("insert into sample_bodies (sample_id, body) select id, '{}' from samples where evaluation_id = $1", [id])
  await ask("insert into sample_metrics select evaluation_id, 'a', 1, seq from samples where evaluation_id = $1", [id])
  return id
}

test("a run goes with all of its samples, a bounded number with each statement, and no other does", async () => {
  const { db } = platform().services
  const owner = await newUser(platform(), "delete-evaluation")
  const [id, other] = [await runOf(owner, "large", 45_000), await runOf(owner, "other", 10)]
  const statements = await statementsOf(platform().database, () => db.transaction((tx) => deleteEvaluation(tx, id)))
  expect(statements.filter(({ text }) => text.startsWith('delete from "samples"'))).toHaveLength(3)
  expect(await ask("select id from evaluations where id = any($1)", [[id, other]])).toEqual([{ id: other }])
  for (const table of ["samples", "sample_bodies", "sample_metrics"])
    expect((await ask(`select count(*)::int as rows from ${table}`))[0], table).toEqual({ rows: 10 })
})

test("a run without samples goes, too", async () => {
  const { db } = platform().services
  const id = await runOf(await newUser(platform(), "delete-empty"), "empty", 0)
  await db.transaction((tx) => deleteEvaluation(tx, id))
  expect(await ask("select id from evaluations where id = $1", [id])).toEqual([])
})

test("samples of a run that is gone are refused, and leave nothing", async () => {
  const { db } = platform().services
  const rowsOf = async () =>
    (await ask("select (select count(*) from sample_bodies)::int as bodies, (select count(*) from sample_metrics)::int as metrics"))[0]
  const before = await rowsOf()
  const sample = toNewSample({ example_id: 1, reward: 1, metrics: { steps: 3 } }, { dedupeKey: "1:0", rolloutIndex: 0, order: 0 })
  const refused = insertSamples(db, "gone", 1, 0, [sample]).catch((error: unknown) => error)
  // A key of the samples themselves or of how far their texts are stored, whichever Postgres asks first.
  expect(await refused).toMatchObject({ cause: { constraint: expect.stringMatching(/^sample.*_evaluation_id_evaluations_id_fk$/) } })
  expect(await rowsOf()).toEqual(before)
})
