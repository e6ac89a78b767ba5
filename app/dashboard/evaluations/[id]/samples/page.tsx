import type { Metadata } from "next"
import { sampleOrder, samplesSearch, toSamplesFilter, toSamplesOrder } from "@/components/samples/samples-search.ts"
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
  const state = await samplesSearch.load(searchParams)
  return orLoadError("The samples could not be read", async () => {
    const run = await readRun(id)
    const order = sampleOrder(state, isActive(run.data.status))
    const first = await orNotFound(serverReads(id).summaries({ ...toSamplesFilter(state), ...toSamplesOrder(order), limit: pageSize }))
    return <SamplesView id={id} run={run} state={state} order={order} first={first} />
  })
}
