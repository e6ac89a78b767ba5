import { eq, sql } from "drizzle-orm"
import { type Clustering, clusterOf, declaredIn, parseExact } from "../../../contract/index.ts"
import { objectOf } from "../../../contract/samples/row-values.ts"
import { cleanText } from "../../base/json.ts"
import type { Db } from "../db.ts"
import type { EvaluationRecord } from "../evaluations/evaluation.ts"
import { exampleClusters } from "../schema.ts"
import type { NewSample } from "./sample.ts"

type Run = Pick<EvaluationRecord, "id" | "metadata">

/** Keeps which group the examples of some samples are in, for a run whose author names the field that says it. What an example had first stays. */
export async function insertExampleClusters(db: Db, { id, metadata }: Run, samples: readonly NewSample[]): Promise<void> {
  const field = declaredIn(metadata).cluster_by
  if (field === undefined) return
  const found = new Map<string, string>()
  for (const { exampleId, bodyText } of samples) {
    const cluster = clusterOf(objectOf(parseExact(bodyText)), field)
    if (cluster !== null) found.set(cleanText(exampleId), cleanText(cluster))
  }
  if (found.size === 0) return
  // Two parameters, however many there are.
  const [ids, clusters] = [sql.param([...found.keys()]), sql.param([...found.values()])]
  await db.execute(sql`
    insert into example_clusters (evaluation_id, example_id, cluster)
    select ${id}, example, cluster from unnest(${ids}::text[], ${clusters}::text[]) as given (example, cluster)
    on conflict do nothing`)
}

/** Which examples of a run belong together; null where its author names no field. */
export async function readClustering(db: Db, { id, metadata }: Run): Promise<Clustering | null> {
  const by = declaredIn(metadata).cluster_by
  if (by === undefined) return null
  const rows = await db
    .select({ id: exampleClusters.exampleId, cluster: exampleClusters.cluster })
    .from(exampleClusters)
    .where(eq(exampleClusters.evaluationId, id))
  return { by, of: new Map(rows.map((row) => [row.id, row.cluster])) }
}
