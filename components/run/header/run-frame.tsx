"use client"

import type { ReactNode } from "react"
import { useRunTitle } from "@/components/shared/use-run-title.ts"
import { PageHeader } from "@/components/shell/page-header.tsx"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { useIsDeleted, useRun } from "@/lib/live/use-run.ts"
import { paths } from "@/lib/paths.ts"
import { RunHeader, type RunHeaderProps } from "./run-header.tsx"

interface RunFrameProps extends RunHeaderProps {
  children: ReactNode
}

/** The header of a run above the page of one of its tabs, until the run is deleted. */
export function RunFrame({ children, ...header }: RunFrameProps) {
  useRunTitle(useRun(header.id, header.seed))
  if (useIsDeleted(header.id, header.seed)) {
    return (
      <div className="flex min-w-0 flex-col gap-4">
        <PageHeader title={header.seed.data.name} above={[{ href: paths.evaluations, label: "Evaluations" }]} />
        <EmptyState title="This evaluation was deleted" action={<ButtonLink href={paths.evaluations}>All evaluations</ButtonLink>}>
          Its samples and its log are gone with it.
        </EmptyState>
      </div>
    )
  }
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <RunHeader {...header} />
      {children}
    </div>
  )
}
