import { LateOverview } from "@/components/run/late-overview.tsx"
import { overviewSearch } from "@/components/run/overview-search.ts"
import { readCells } from "@/components/run/rollouts/cells.ts"
import { LateComments } from "@/components/shared/comments/late-comments.tsx"
import { Markdown } from "@/components/ui/text/markdown.tsx"
import type { SearchParams } from "@/lib/list-search.ts"
import { orLoadError } from "../or-load-error.tsx"
import { orNotFound, readAttempts, readComments, readRun, serverReads } from "./reads.ts"

const logEndLines = 60

interface RunPageProps {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}

export default async function RunPage({ params, searchParams }: RunPageProps) {
  const { id } = await params
  const { pass } = overviewSearch.load(await searchParams)
  return orLoadError("The results could not be read", async () => {
    const reads = serverReads(id)
    const at = Date.now()
    const [run, statistics, cells, log, errors, sandboxes, comments] = await orNotFound(
      Promise.all([
        readRun(id),
        reads.statistics(pass),
        readRun(id).then(({ data }) => readCells(reads, data)),
        reads.logLines({ limit: logEndLines }),
        reads.errorGroups(),
        reads.sandboxes(),
        readComments(id, null),
      ]),
    )
    const attempts = (run.data.attempt ?? 0) > 1 ? { data: await orNotFound(readAttempts(id)), at } : null
    return (
      <>
        <LateOverview
          id={id}
          run={run}
          statistics={{ data: statistics, at }}
          cells={{ data: cells, at }}
          log={{ data: log, at }}
          errors={{ data: errors, at }}
          sandboxes={{ data: sandboxes, at }}
          attempts={attempts}
          notes={run.data.notes && <Markdown text={run.data.notes} demote={2} />}
        />
        {comments && (
          // As wide as what the run says, beside the rail.
          <div className="min-w-0 xl:mr-[19.5rem]">
            <LateComments runId={id} sampleId={null} page={comments} />
          </div>
        )}
      </>
    )
  })
}
