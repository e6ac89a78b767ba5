import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { paths } from "@/lib/paths.ts"

export default function EnvironmentNotFound() {
  return (
    <>
      <title>No such environment · Hosted Evals</title>
      <h1 className="sr-only">No such environment</h1>
      <EmptyState
        title="There is no such environment"
        action={
          <ButtonLink href={paths.environments} variant="primary">
            To the environments
          </ButtonLink>
        }
      >
        It does not exist, has no published version yet, or you may not see it.
      </EmptyState>
    </>
  )
}
