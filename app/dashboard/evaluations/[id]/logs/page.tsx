import type { Metadata } from "next"
import { LateLogsView } from "@/components/logs/late-logs-view.tsx"
import { logsSearch } from "@/components/logs/logs-search.ts"
import { readExtensions } from "@/lib/api/server.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { orLoadError } from "../../or-load-error.tsx"
import { orNotFound, readAttempts, readRun, serverReads } from "../reads.ts"

export const metadata: Metadata = { title: "Logs" }

const linesAtFirst = 200
const charactersAtFirst = 4000

export default async function LogsPage({ params, searchParams }: { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> }) {
  const { id } = await params
  const state = await logsSearch.load(searchParams)
  return orLoadError("The log could not be read", async () => {
    const [run, first, extensions] = await orNotFound(
      Promise.all([readRun(id), serverReads(id).logLines({ limit: linesAtFirst, characters: charactersAtFirst }), readExtensions()]),
    )
    const isHosted = run.data.is_hosted && (run.data.attempt ?? 0) > 0 && extensions.has("listAttempts")
    const attempts = isHosted ? (await orNotFound(readAttempts(id))).attempts : []
    const processes = Math.max(1, ...attempts.map((attempt) => attempt.processes))
    return <LateLogsView id={id} run={run} state={state} first={first} processes={processes} streams={extensions.has("downloadLog")} />
  })
}
