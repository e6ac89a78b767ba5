import type { ReactNode } from "react"
import { ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { paths } from "@/lib/paths.ts"

/** The content of a not-found page, with the ways out. */
export function NothingHere({ heading = "Not found", title, children }: { heading?: string; title: string; children: ReactNode }) {
  return (
    <>
      <h1 className="sr-only">{heading}</h1>
      <EmptyState
        title={title}
        action={
          <>
            <ButtonLink href={paths.environments} variant="primary">
              Go to environments
            </ButtonLink>
            <ButtonLink href={paths.evaluations}>Go to evaluations</ButtonLink>
          </>
        }
      >
        {children}
      </EmptyState>
    </>
  )
}
