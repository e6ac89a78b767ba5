import type { Metadata } from "next"
import { LateSamplesView } from "@/components/samples/late-samples-view.tsx"
import { refusalOf, sampleOrder, samplesSearch, toSamplesFilter, toSamplesOrder, withAnswers } from "@/components/samples/samples-search.ts"
import type { ListSampleSummariesResponse } from "@/contract/index.ts"
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
    const query = { ...toSamplesFilter(state), ...withAnswers(state), ...toSamplesOrder(order), limit: pageSize }
    const { first, refusal } = await orNotFound(orRefusal(id, serverReads(id).summaries(query)))
    return <LateSamplesView id={id} run={run} state={state} first={first} refusal={refusal} />
  })
}

/** What the search found, or why it cannot be made: then the page still shows it, to be changed. */
async function orRefusal(id: string, read: Promise<ListSampleSummariesResponse>) {
  try {
    return { first: await read, refusal: null }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    return { first: { evaluation_id: id, samples: [], total: 0, next: null }, refusal }
  }
}
