import { type ListSampleNodesQuery, type ListSampleNodesResponse, parseLenient, sampleNodesMax } from "../../../contract/index.ts"
import { notFound } from "../../base/errors.ts"
import { cleanJson } from "../../base/json.ts"
import { countSampleNodes, findNodeSource, listSampleNodes } from "../../store/samples/sample-nodes.ts"
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
  const [total, stored] = await Promise.all([
    countSampleNodes(ctx.db, evaluationId, source, list),
    listSampleNodes(ctx.db, [evaluationId, source, list], { from, limit, bytesMax: sampleNodesMax.bytes }),
  ])
  const nodes = stored.map(({ place, label, bytes }) => ({ place, label, value: cleanJson(parseLenient(bytes.toString("utf8")).value) }))
  const next = from + nodes.length
  return { ...about, nodes, total, next: nodes.length > 0 && next < total ? next : null }
}
