import type { Metadata } from "next"
import { redirect } from "next/navigation"
import { nextToRate } from "@/components/samples/review/queue.ts"
import { QueueEnd } from "@/components/samples/review/queue-end.tsx"
import { sampleHref, samplesSearch } from "@/components/samples/samples-search.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { orLoadError } from "../../or-load-error.tsx"
import { orNotFound, readDrawn } from "../reads.ts"

export const metadata: Metadata = { title: "Review" }

/** How many samples are drawn unless the address says. */
const usualSize = 50

interface ReviewPageProps {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}

/** Goes on with the first drawn sample that the reader has not rated; says so when there is none. */
export default async function ReviewPage({ params, searchParams }: ReviewPageProps) {
  const { id } = await params
  const { queue, blind } = samplesSearch.load(await searchParams)
  const size = queue ?? usualSize
  return orLoadError("The samples could not be read", async () => {
    const drawn = await orNotFound(readDrawn(id, size))
    const open = nextToRate(drawn, -1)
    if (open) redirect(sampleHref(id, open.sample_id, samplesSearch.load({ queue: String(size), blind: String(blind) })))
    return <QueueEnd runId={id} size={size} rated={drawn.length} isBlind={blind} />
  })
}
