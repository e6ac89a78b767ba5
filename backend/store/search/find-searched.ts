import { sql } from "drizzle-orm"
import type { SearchHit } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { evaluations, samples } from "../schema.ts"

type RunOfHit = Pick<SearchHit, "evaluation_id" | "evaluation_name" | "evaluation_status" | "created_at" | "environment" | "model">

/** What a hit says of its run and its sample, by their ids. */
export async function findSearched(
  db: Db,
  runIds: string[],
  sampleIds: string[],
): Promise<{ runs: Map<string, RunOfHit>; samples: Map<string, NonNullable<SearchHit["sample"]>> }> {
  const isAmong = (ids: string[]) => sql`any(${sql.param([...new Set(ids)])}::text[])`
  const [runs, found] = await Promise.all([
    db
      .select({
        id: evaluations.id,
        name: evaluations.name,
        status: evaluations.status,
        createdAt: evaluations.createdAt,
        environments: evaluations.environments,
        model: evaluations.modelName,
      })
      .from(evaluations)
      .where(sql`${evaluations.id} = ${isAmong(runIds)}`),
    db
      .select({
        sample_id: samples.id,
        seq: samples.seq,
        example_id: samples.exampleId,
        rollout_index: samples.rolloutIndex,
        reward: samples.reward,
        outcome: samples.outcome,
      })
      .from(samples)
      .where(sql`${samples.id} = ${isAmong(sampleIds)}`),
  ])
  const toRun = ({ environments: [environment], ...run }: (typeof runs)[number]): RunOfHit => ({
    evaluation_id: run.id,
    evaluation_name: run.name,
    evaluation_status: run.status,
    created_at: run.createdAt.toISOString(),
    environment: environment ? `${environment.owner}/${environment.name}` : null,
    model: run.model,
  })
  return { runs: new Map(runs.map((run) => [run.id, toRun(run)])), samples: new Map(found.map((sample) => [sample.sample_id, sample])) }
}
