import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { paths } from "@/lib/paths.ts"

export default function DashboardNotFound() {
  return (
    <>
      <title>Not found · Hosted Evals</title>
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        title="There is nothing at this address"
        action={
          <>
            <ButtonLink href={paths.environments} variant="primary">
              To the environments
            </ButtonLink>
            <ButtonLink href={paths.evaluations}>To the evaluations</ButtonLink>
          </>
        }
      >
        It may have been deleted, or you may not be allowed to see it.
      </EmptyState>
    </>
  )
}
