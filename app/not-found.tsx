import type { Metadata } from "next"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { paths } from "@/lib/paths.ts"

export const metadata: Metadata = { title: "Not found" }

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-2xl items-center px-4">
      <div className="w-full">
        <h1 className="sr-only">Not found</h1>
        <EmptyState
          title="There is no page at this address"
          action={
            <>
              <ButtonLink href={paths.environments} variant="primary">
                To the environments
              </ButtonLink>
              <ButtonLink href={paths.evaluations}>To the evaluations</ButtonLink>
            </>
          }
        >
          The address may be mistyped, or what was here has been deleted.
        </EmptyState>
      </div>
    </main>
  )
}
