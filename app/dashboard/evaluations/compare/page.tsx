import type { Metadata } from "next"
import { compareHref } from "@/components/compare/compare-href.ts"
import { compareSearch, toCompareQuery, toExamplesQuery } from "@/components/compare/compare-search.ts"
import { CompareButtons, CompareView } from "@/components/compare/compare-view.tsx"
import { RunChooser } from "@/components/compare/run-chooser.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { type CompareResponse, comparedMax } from "@/contract/compare/compare.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"
import { orLoadError } from "../or-load-error.tsx"
import { openedExample } from "./opened-example.tsx"

export const metadata: Metadata = { title: "Compare" }

const candidatesMax = 50

/** Whether the viewer may pin a baseline for the environment that all of the runs are of. An environment may be gone since. */
async function mayPin({ runs, differs }: CompareResponse): Promise<boolean> {
  const environment = runs[0]?.environment
  if (!environment || differs.some(({ key }) => key === "environment") || !(await readExtensions()).has("pinBaseline")) return false
  const params = { owner: environment.owner, name: environment.name, version: "latest" }
  return (await api()).getEnvironment({ params }).then(
    ({ data }) => data.can_write === true,
    () => false,
  )
}

export default async function ComparePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const state = await compareSearch.load(searchParams)
  const isChoosing = state.choose || state.runs.length < 2
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <PageHeader
        title="Compare"
        above={[{ href: paths.evaluations, label: "Evaluations" }]}
        actions={isChoosing ? undefined : <CompareButtons state={state} canAdd={state.runs.length < comparedMax} />}
      />
      {
        await orLoadError("The runs could not be compared", async () => {
          if (!(await readExtensions()).has("compareEvaluations"))
            return <EmptyState title="This platform does not compare runs">The page of each run has its mean and interval.</EmptyState>
          const client = await api()
          if (isChoosing) {
            const chosen = await Promise.all(state.runs.map((id) => client.getEvaluation({ params: { evaluation_id: id } })))
            const environment = chosen[0]?.environment ?? null
            const { evaluations } = await client.listEvaluations({
              query: { limit: candidatesMax, ...(environment ? { environment_id: environment.id } : {}) },
            })
            return (
              <RunChooser
                chosen={chosen}
                candidates={evaluations.filter((run) => run.total_samples > 0 && !state.runs.includes(run.evaluation_id))}
                environment={environment ? `${environment.owner}/${environment.name}` : null}
                href={(id) => compareHref(state, { runs: [...state.runs, id] })}
              />
            )
          }
          const [comparison, examples, health] = await Promise.all([
            client.compareEvaluations({ query: toCompareQuery(state) }),
            client.listComparedExamples({ query: toExamplesQuery(state) }),
            state.runs.length > 2 ? client.compareHealth({ query: toCompareQuery(state) }) : null,
          ])
          return (
            <CompareView
              state={state}
              comparison={comparison}
              examples={examples}
              health={health}
              detail={await openedExample(state, comparison, examples)}
              canPin={await mayPin(comparison)}
              canExport={(await readExtensions()).has("exportComparison")}
            />
          )
        })
      }
    </div>
  )
}
