import { and, eq, sql } from "drizzle-orm"
import { type RunExamples, rewardRangeIn } from "../../../contract/index.ts"
import { boundedSum } from "../columns.ts"
import type { Db } from "../db.ts"
import type { EvaluationRecord } from "../evaluations/evaluation.ts"
import { samples } from "../schema.ts"
import { readDraw } from "./drawn-examples.ts"
import { readClustering } from "./example-clusters.ts"
import { current } from "./sample.ts"

/** What comparisons read of a run. */
export async function readComparedExamples(db: Db, run: EvaluationRecord): Promise<RunExamples> {
  const [examples, draw, clustering] = await Promise.all([readExamples(db, run.id), readDraw(db, run), readClustering(db, run)])
  return { ...examples, declared: rewardRangeIn(run.metadata), draw, clustering }
}

/**
 * The rewards of a run, taken together for each example, in the order of examples. Postgres sums them, and each column travels as one
 * value: a fraction of the time that the samples one by one would take.
 */
async function readExamples(db: Db, evaluationId: string): Promise<RunExamples> {
  const scored = sql`${samples.outcome} <> 'error' and ${samples.reward} is not null`
  const { rows } = await db.execute<
    Record<"ids" | "sums" | "scored" | "errored", string | null> & { low: number | null; high: number | null; binary: boolean | null }
  >(sql`
    select json_agg(id order by place, id) as ids, json_agg(total order by place, id) as sums, json_agg(scored order by place, id) as scored,
      json_agg(errored order by place, id) as errored, min(low) as low, max(high) as high, bool_and(is_binary) as binary
    from (
      select ${samples.exampleId} as id, min(${samples.exampleOrder}) as place,
        coalesce(${boundedSum(samples.reward)} filter (where ${scored}), 0) as total,
        count(*) filter (where ${scored}) as scored, count(*) filter (where ${samples.outcome} = 'error') as errored,
        min(${samples.reward}) filter (where ${scored}) as low, max(${samples.reward}) filter (where ${scored}) as high,
        bool_and(${samples.reward} in (0, 1)) filter (where ${scored}) as is_binary
      from ${samples} where ${and(eq(samples.evaluationId, evaluationId), current)} group by ${samples.exampleId}
    ) example`)
  const [found] = rows
  const column = <T>(text: string | null | undefined): T[] => (text ? JSON.parse(text) : [])
  return {
    ids: column(found?.ids),
    sums: Float64Array.from(column<number>(found?.sums)),
    scored: Float64Array.from(column<number>(found?.scored)),
    errored: Float64Array.from(column<number>(found?.errored)),
    low: found?.low ?? Number.POSITIVE_INFINITY,
    high: found?.high ?? Number.NEGATIVE_INFINITY,
    isBinary: found?.binary ?? false,
  }
}

/** One rollout of an example in one of several runs. */
export interface ExampleRollout {
  evaluationId: string
  exampleId: string
  id: string
  rolloutIndex: number
  reward: number | null
  outcome: "ok" | "truncated" | "error"
  prompt: string
}

/**
 * The first rollouts of some examples in several runs, in their order. Each example of each run is looked up in the index, so that what an
 * example has beyond these costs nothing.
 * @param most how many of each example and run
 */
export async function listRolloutsOf(db: Db, evaluationIds: string[], exampleIds: string[], most: number): Promise<ExampleRollout[]> {
  const { rows } = await db.execute<ExampleRollout & Record<string, unknown>>(sql`
    select rollout.* from unnest(${sql.param(evaluationIds)}::text[]) run cross join unnest(${sql.param(exampleIds)}::text[]) example
    cross join lateral (
      select evaluation_id as "evaluationId", example_id as "exampleId", id, rollout_index as "rolloutIndex", reward, outcome, prompt_preview as prompt
      from ${samples} where evaluation_id = run and example_id = example and ${current} order by seq limit ${most}
    ) rollout`)
  return rows
}
