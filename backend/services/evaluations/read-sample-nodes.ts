import { type ListSampleNodesQuery, type ListSampleNodesResponse, parseLenient, sampleNodesMax } from "../../../contract/index.ts"
import { notFound } from "../../base/errors.ts"
import { cleanJson } from "../../base/json.ts"
import { countSampleNodes, findAttachments, findNodeSource, listSampleNodes } from "../../store/samples/sample-nodes.ts"
import type { Context } from "../context.ts"
import { attachmentNames, withAttachments } from "./attachments.ts"
import { requireEvaluation } from "./require-evaluation.ts"

const jsonOf = (bytes: Buffer): unknown => cleanJson(parseLenient(bytes.toString("utf8")).value)

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
  const names = attachmentNames(stored.map(({ bytes }) => bytes.toString("utf8")).join("\n"))
  const found =
    names.length > 0 ? await findAttachments(ctx.db, evaluationId, source, names, sampleNodesMax.bytes) : new Map<string, Buffer>()
  const attachments = new Map([...found].map(([name, bytes]) => [name, String(jsonOf(bytes))]))
  const nodes = stored.map(({ place, label, bytes }) => ({ place, label, value: withAttachments(jsonOf(bytes), attachments) }))
  const next = from + nodes.length
  return { ...about, nodes, total, next: nodes.length > 0 && next < total ? next : null }
}
