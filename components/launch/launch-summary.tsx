"use client"

import { Play } from "lucide-react"
import { useWatch } from "react-hook-form"
import { RunFormats } from "@/components/shared/copy-as.tsx"
import { Button } from "@/components/ui/button.tsx"
import { permissions } from "@/contract/permissions.ts"
import { stringifyExact } from "@/contract/text/exact-json.ts"
import { argumentValues } from "./arguments/launch-arguments.ts"
import { differencesOf, outlineOf, timeoutText } from "./launch-outline.ts"
import type { LaunchValues } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"
import { toRequest } from "./launch-values.ts"
import { expectedText } from "./run-estimate.ts"
import { useEstimate } from "./use-estimate.ts"

interface LaunchSummaryProps {
  target: LaunchTarget
  version: string | null
  model: string
  /** How many problems are shown. */
  problems: number
  isPending: boolean
}

/** What is about to run, in words, and the button that starts it. */
export function LaunchSummary({ target, version, model, problems, isPending }: LaunchSummaryProps) {
  const values = useWatch() as LaunchValues
  const args = stringifyExact(argumentValues(target.arguments ?? null, values.env_args))
  const estimate = useEstimate(target.id, model, args)
  const { sentence, note, rollouts } = outlineOf(values, target, model, estimate?.examples)
  const expected = estimate && !values.api_base_url ? expectedText(estimate, rollouts) : null
  const changed = differencesOf(values, target)
  const timeout = timeoutText(values)
  const slug = `${target.owner.name}/${target.name}`
  return (
    <section
      aria-labelledby="launch-summary"
      className="min-w-0 max-lg:contents lg:flex lg:max-h-[calc(100dvh-6rem)] lg:flex-col lg:rounded-lg lg:border lg:bg-card"
    >
      <div className="flex min-h-0 flex-col gap-3 overflow-y-auto text-sm lg:p-4">
        <h3
          id="launch-summary"
          className="text-2xs text-muted-foreground max-lg:border-b max-lg:pb-1.5 max-lg:font-semibold max-lg:text-foreground max-lg:text-sm"
        >
          Summary
        </h3>
        <p role="status" aria-live="polite" className="break-anywhere font-semibold text-base">
          {sentence ?? "Enter the numbers of examples and rollouts to see how much will run."}
        </p>
        {note && <p className="text-muted-foreground text-xs">{note}</p>}
        <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs leading-5">
          <dt className="text-muted-foreground">Environment</dt>
          <dd className="break-anywhere">
            {slug}
            {version && <span className="text-muted-foreground">@{version}</span>}
          </dd>
          <dt className="text-muted-foreground">Stops after</dt>
          <dd>{timeout ?? "–"}</dd>
          {expected && (
            <>
              <dt className="text-muted-foreground">Expected</dt>
              <dd className="tabular">{expected}</dd>
            </>
          )}
          {!changed.some(({ label }) => label === "May use") && (
            <>
              <dt className="text-muted-foreground">May use</dt>
              <dd>no {new Intl.ListFormat("en", { type: "disjunction" }).format(permissions.map(({ what }) => what))}</dd>
            </>
          )}
        </dl>
        {changed.length > 0 && (
          <div className="flex flex-col gap-1">
            <h4 className="text-muted-foreground text-xs">Differs from the defaults</h4>
            <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs leading-5">
              {changed.map(({ label, value }) => (
                <div key={label} className="contents">
                  <dt className="break-anywhere text-muted-foreground">{label}</dt>
                  <dd className="break-anywhere line-clamp-3 font-mono text-2xs leading-5">{value}</dd>
                </div>
              ))}
            </dl>
          </div>
        )}
        <details>
          <summary className="w-fit rounded-sm text-muted-foreground text-xs hover:text-foreground">Copy as command, TOML or curl</summary>
          <div className="pt-2">
            <RunFormats run={{ environment: slug, request: toRequest(values, target, model) }} />
          </div>
        </details>
      </div>
      <div className="flex flex-col gap-1 border-t px-4 pt-4 pb-2 max-lg:sticky max-lg:bottom-0 max-lg:z-10 max-lg:-mx-4 max-lg:bg-background max-lg:pt-2 sm:max-lg:-mx-6 sm:max-lg:px-6">
        <p aria-hidden className="truncate text-2xs text-muted-foreground lg:hidden">
          {[sentence, expected].filter(Boolean).join(" · ")}
        </p>
        <Button type="submit" variant="primary" pending={isPending} className="h-9 w-full">
          {!isPending && <Play aria-hidden />}
          Run Evaluation
        </Button>
        <p className="min-h-4 text-center text-danger text-xs">
          {problems > 0 ? `${problems} ${problems === 1 ? "field needs" : "fields need"} attention` : ""}
        </p>
      </div>
    </section>
  )
}
