"use client"

import { ChevronRight } from "lucide-react"
import { FieldSection } from "./field-section.tsx"
import { SecretRows } from "./secret-rows.tsx"

/** Everything that most runs leave as it is. */
export function AdvancedFields() {
  return (
    <details className="group rounded-lg border bg-card">
      <summary className="flex min-h-10 list-none items-center gap-2 rounded-lg px-4 py-1.5 font-medium text-sm [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
        Advanced
        <span className="font-normal text-muted-foreground text-xs max-sm:hidden">
          timeout, concurrency, budget, custom endpoint, one-off secrets, …
        </span>
      </summary>
      <div className="flex flex-col gap-6 border-t p-4">
        <FieldSection section="limits" columns={3} />
        <FieldSection section="budget" columns={2} />
        <FieldSection section="scoring" columns={2} />
        <FieldSection section="parameters" columns={2} />
        <fieldset className="flex min-w-0 flex-col gap-4">
          <legend className="mb-1 font-medium text-sm">Custom endpoint</legend>
          <p className="text-muted-foreground text-xs">
            An OpenAI-compatible endpoint instead of this platform's own providers. The model id is sent to it unchanged.
          </p>
          <FieldSection section="endpoint" columns={2} />
        </fieldset>
        <SecretRows />
      </div>
    </details>
  )
}
