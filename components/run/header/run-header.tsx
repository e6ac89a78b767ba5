"use client"

import { useQueryClient } from "@tanstack/react-query"
import { ChevronRight } from "lucide-react"
import { useEffect, useRef } from "react"
import { RunConfig } from "@/components/run/run-config.tsx"
import { RunProgress } from "@/components/shared/run-progress.tsx"
import { StatusBadge } from "@/components/shared/status-badge.tsx"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { Badge } from "@/components/ui/badge.tsx"
import { TabsNav } from "@/components/ui/tabs-nav.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { type Seed, useRun } from "@/lib/live/use-run.ts"
import { paths } from "@/lib/paths.ts"
import { HeaderFacts } from "./header-facts.tsx"
import { RunButtons } from "./run-buttons.tsx"

/** Name, state and facts of a run, above all its tabs. */
export function RunHeader({ id, seed, canExport }: { id: string; seed: Seed<Evaluation>; canExport: boolean }) {
  const run = useRun(id, seed)
  useFinalRead(id, isActive(run.status))
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <PageHeader
        title={run.name}
        above={[{ href: paths.evaluations, label: "Evaluations" }]}
        actions={<RunButtons run={run} canExport={canExport} />}
      >
        <div className="mt-1.5 flex min-w-0 items-start gap-1.5">
          <StatusBadge run={run} />
          <Badge className="text-2xs">{run.is_hosted ? "HOSTED" : "LOCAL"}</Badge>
          <RunProgress run={run} className="ml-1.5 min-w-0 max-w-96 grow" />
        </div>
      </PageHeader>
      {run.description && (
        <p dir="auto" className="break-anywhere max-w-prose text-muted-foreground text-sm">
          {run.description}
        </p>
      )}
      <HeaderFacts run={run} />
      <details className="group rounded-md border bg-card">
        <summary className="flex h-8 list-none items-center gap-1.5 px-3 text-muted-foreground text-sm hover:text-foreground [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden className="size-3.5 transition-transform group-open:rotate-90" />
          Configuration
        </summary>
        <div className="border-t p-3">
          <RunConfig run={run} />
        </div>
      </details>
      <TabsNav
        label="Parts of the evaluation"
        tabs={[
          { href: paths.evaluation(id), label: "Overview" },
          { href: paths.samples(id), label: "Samples", count: run.total_samples },
          { href: paths.logs(id), label: "Logs" },
        ]}
      />
    </div>
  )
}

/** When a run ends, its parts are refetched: the last samples may have arrived together with the end. */
function useFinalRead(id: string, active: boolean): void {
  const client = useQueryClient()
  const wasActive = useRef(active)
  useEffect(() => {
    if (wasActive.current && !active)
      for (const queryKey of [queryKeys.statistics(id), queryKeys.samples(id), queryKeys.logTail(id)])
        void client.invalidateQueries({ queryKey })
    wasActive.current = active
  }, [client, id, active])
}
