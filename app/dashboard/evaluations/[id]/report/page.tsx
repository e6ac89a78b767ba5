import type { Metadata } from "next"
import { overviewSearch } from "@/components/run/overview-search.ts"
import { ReportCard } from "@/components/run/report/report-card.tsx"
import type { SearchParams } from "@/lib/list-search.ts"
import { orLoadError } from "../../or-load-error.tsx"
import { orNotFound, readAttempts, readRun, serverReads } from "../reads.ts"

export const metadata: Metadata = { title: "Report card" }

interface ReportPageProps {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}

export default async function ReportPage({ params, searchParams }: ReportPageProps) {
  const { id } = await params
  const { pass } = overviewSearch.load(await searchParams)
  return orLoadError("The report could not be made", async () => {
    const [{ data: run }, statistics] = await orNotFound(Promise.all([readRun(id), serverReads(id).statistics(pass)]))
    const attempts = (run.attempt ?? 0) > 1 ? (await orNotFound(readAttempts(id))).attempts : []
    return <ReportCard run={run} statistics={statistics} attempts={attempts} now={Date.now()} />
  })
}
