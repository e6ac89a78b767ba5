import * as z from "zod"
import { Id } from "../common.ts"

export const sampleNodeLists = ["messages", "events"] as const
export type SampleNodeList = (typeof sampleNodeLists)[number]

/** At most as many in one answer, and as many bytes of JSON, but for a single node that has more. */
export const sampleNodesMax = { nodes: 200, bytes: 4 * 1024 * 1024 } as const

export const ListSampleNodesQuery = z
  .object({
    list: z.enum(sampleNodeLists).default("messages"),
    from: z.coerce.number().int().min(0).max(2_147_483_647).default(0).describe("The place of the first one, from 0"),
    limit: z.coerce.number().int().min(1).max(sampleNodesMax.nodes).default(50),
  })
  .meta({ id: "ListSampleNodesQuery" })
export type ListSampleNodesQuery = z.infer<typeof ListSampleNodesQuery>

export const ListSampleNodesResponse = z
  .object({
    evaluation_id: Id,
    sample_id: z.string(),
    list: z.enum(sampleNodeLists),
    nodes: z.array(z.object({ place: z.int(), label: z.string().describe("A message's role, an event's kind"), value: z.unknown() })),
    total: z.int(),
    next: z.int().nullable().describe("The place to go on from"),
  })
  .meta({
    id: "ListSampleNodesResponse",
    description: "Messages or events of a sample that is too large for one answer. A sample that is not has none.",
  })
export type ListSampleNodesResponse = z.infer<typeof ListSampleNodesResponse>
