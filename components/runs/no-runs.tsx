import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { paths } from "@/lib/paths.ts"

export function NoRuns({ launchHref }: { launchHref: string | undefined }) {
  return (
    <EmptyState
      title="No evaluations yet"
      action={
        <ButtonLink href={launchHref ?? paths.environments} variant="primary">
          {launchHref ? "Run an evaluation" : "Choose an environment"}
        </ButtonLink>
      }
    >
      {launchHref
        ? "Runs of this environment appear here, hosted ones and those uploaded from the command line."
        : "Choose an environment, a model and a few examples; the run appears here and is updated live."}
    </EmptyState>
  )
}
