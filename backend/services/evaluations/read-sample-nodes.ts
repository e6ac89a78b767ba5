import { type ListSampleNodesQuery, type ListSampleNodesResponse, sampleNodesMax } from "../../../contract/index.ts"
import { notFound } from "../../base/errors.ts"
import { countSampleNodes, findNodeSource, readSampleNodes as readNodes } from "../../store/samples/sample-nodes.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./require-evaluation.ts"

/** A piece of a sample that is too large to be read whole. @throws ServiceError where there is no such sample */
export async function readSampleNodes(
  ctx: Context,
  evaluationId: string,
  sampleId: string,
  { list, from, limit }: ListSampleNodesQuery,
): Promise<ListSampleNodesResponse> {
  await requireEvaluation(ctx, evaluationId)
  const source = await findNodeSource(ctx.db, evaluationId, sampleId)
  if (source === undefined) throw notFound("sample", sampleId)
  const about = { evaluation_id: evaluationId, sample_id: sampleId, list }
  if (source === null) return { ...about, nodes: [], total: 0, next: null }
  const [total, nodes] = await Promise.all([
    countSampleNodes(ctx.db, evaluationId, source, list),
    readNodes(ctx.db, [evaluationId, source, list], { from, limit, bytesMax: sampleNodesMax.bytes }),
  ])
  const next = from + nodes.length
  return { ...about, nodes, total, next: nodes.length > 0 && next < total ? next : null }
}
