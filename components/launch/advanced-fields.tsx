"use client"

import { FieldSection } from "./field-section.tsx"
import { FoldTitle } from "./folded-fields.tsx"
import { SecretRows } from "./secret-rows.tsx"

/** Everything that most runs leave as it is. */
export function AdvancedFields() {
  return (
    <details className="group/fold min-w-0">
      <FoldTitle title="Advanced" note="timeout, concurrency, where it runs, budget, custom endpoint, one-off secrets" />
      <div className="flex flex-col gap-6 pt-3">
        <FieldSection section="limits" columns={3} />
        <fieldset className="flex min-w-0 flex-col gap-4">
          <legend className="mb-1 font-medium text-sm">Where it runs</legend>
          <FieldSection section="compute" columns={3} />
        </fieldset>
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
