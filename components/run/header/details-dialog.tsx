"use client"

import { RunConfig } from "@/components/run/run-config.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { HeaderFacts } from "./header-facts.tsx"

/** Everything that is known about a run beside its results, on any of its tabs. */
export function DetailsDialog({ run, open, onClose }: { run: Evaluation; open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} size="lg" title={<bdi>{run.name}</bdi>} description={run.description || undefined}>
      <div className="flex min-w-0 flex-col gap-5">
        <HeaderFacts run={run} />
        <RunConfig run={run} />
      </div>
    </Dialog>
  )
}
