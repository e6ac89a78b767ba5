import type { Metadata } from "next"
import { parseSamplesSearch, sampleOrder } from "@/components/samples/samples-search.ts"
import { SamplesView } from "@/components/samples/samples-view.tsx"
import { isActive } from "@/contract/run-states.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { orLoadError } from "../../or-load-error.tsx"
import { orNotFound, readRun, serverReads } from "../reads.ts"

export const metadata: Metadata = { title: "Samples" }

const pageSize = 100

export default async function SamplesPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const { id } = await params
  const filter = parseSamplesSearch(await searchParams)
  return orLoadError("The samples could not be read", async () => {
    const run = await readRun(id)
    const order = sampleOrder(filter, isActive(run.data.status))
    const first = await orNotFound(serverReads(id).summaries({ ...filter, sort_by: order.by, sort_order: order.order, limit: pageSize }))
    return <SamplesView id={id} run={run} filter={filter} order={order} first={first} />
  })
}
