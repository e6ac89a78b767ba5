import { type DatasetExamples, mayAct } from "../../../contract/index.ts"
import { countDatasetExamples, listDatasetExamples as listRows } from "../../store/environments/dataset-examples.ts"
import type { Context } from "../context.ts"
import { requireVersion } from "./find-environments.ts"

/**
 * The first examples of a version's dataset, as its newest check that succeeded read them. Examples that were read with secrets (a
 * gated dataset, say) are withheld from those who may not change the environment.
 */
export async function listDatasetExamples(
  ctx: Context,
  { owner, name, version: wanted }: { owner: string; name: string; version: string },
  query: { search?: string | undefined; limit: number; offset: number },
): Promise<DatasetExamples> {
  const { found, version } = await requireVersion(ctx, owner, name, wanted)
  const withheld = version.examplesWithSecrets && !(found.role && mayAct(found.role, "write"))
  if (withheld) return { examples: [], total: 0, kept: 0, dataset_size: version.datasetSize, withheld }
  const [{ rows, total }, kept] = await Promise.all([listRows(ctx.db, version.id, query), countDatasetExamples(ctx.db, version.id)])
  const examples = rows.map(({ position, exampleId, prompt, answer, info }) => ({ position, example_id: exampleId, prompt, answer, info }))
  return { examples, total, kept, dataset_size: version.datasetSize, withheld }
}
