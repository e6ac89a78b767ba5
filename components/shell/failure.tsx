"use client"

import { useEffect } from "react"
import { Button, ButtonLink } from "@/components/ui/button.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { paths } from "@/lib/paths.ts"

/** What an error boundary shows: what happened, and two things to do next. */
export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  useEffect(() => console.error(error), [error])
  const { digest, message } = (error ?? {}) as { digest?: string; message?: string }
  return (
    <div className="w-full" role="alert">
      <h1 className="sr-only">This page failed</h1>
      <EmptyState
        title="This page could not be shown"
        action={
          <>
            <Button variant="primary" onClick={() => retry()}>
              Try again
            </Button>
            <ButtonLink href={paths.environments}>Go to environments</ButtonLink>
          </>
        }
      >
        {digest ? (
          <p>
            Something failed on the server. Its log has the details under the number <code className="font-mono">{digest}</code>.
          </p>
        ) : (
          <p>Something failed in the browser{message ? `: ${message}` : ""}.</p>
        )}
      </EmptyState>
    </div>
  )
}
