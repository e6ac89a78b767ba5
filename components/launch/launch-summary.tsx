"use client"

import { Play } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { permissions } from "@/contract/permissions.ts"
import { differencesOf, timeoutText } from "./launch-outline.ts"
import type { LaunchTarget } from "./launch-target.ts"
import { toRequest } from "./launch-values.ts"
import { LimitsNote } from "./plan/limits-note.tsx"
import { isPilotSized, pilotSize } from "./plan/pilot.ts"
import type { ExpectedAmount } from "./plan/run-estimate.ts"
import { usePlan } from "./plan/use-plan.ts"

// With the writers of commands and TOML: of no use before it is unfolded.
const RunFormats = lazy(() => import("@/components/shared/copy-as.tsx").then((module) => ({ default: module.RunFormats })))

interface LaunchSummaryProps {
  target: LaunchTarget
  version: string | null
  models: readonly string[]
  /** How many problems are shown. */
  problems: number
  /** What is being started. */
  pending: "run" | "pilot" | null
  onPilot: () => void
}

/** What is about to run, in words, and the buttons that start it. */
export function LaunchSummary({ target, version, models, problems, pending, onPilot }: LaunchSummaryProps) {
  const { values, outline, expected, isFirst } = usePlan(target, models)
  const [isCopying, setIsCopying] = useState(false)
  const { sentence, note, size } = outline
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
              <Amount label={models.length > 1 ? "Cost in all" : "Cost"} amount={expected.cost} more={expected.tokens} />
              <Amount label={models.length > 1 ? "Time of slowest" : "Time"} amount={expected.time} />
              <dt className="sr-only">Estimated</dt>
              <dd className="col-start-2 text-2xs text-muted-foreground">
                {expected.source}
                {(expected.cost?.range || expected.time?.range) && "; four of five runs come out within the ranges"}
              </dd>
            </>
          )}
          {isFirst && (
            <>
              <dt className="text-muted-foreground">Cost and time</dt>
              <dd>no earlier runs: a pilot would tell</dd>
            </>
          )}
          {!changed.some(({ label }) => label === "May use") && (
            <>
              <dt className="text-muted-foreground">May use</dt>
              <dd>no {new Intl.ListFormat("en", { type: "disjunction" }).format(permissions.map(({ what }) => what))}</dd>
            </>
          )}
        </dl>
        <LimitsNote runs={models.length} teamId={target.teamId ?? null} />
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
        <details onToggle={(event) => setIsCopying(event.currentTarget.open)}>
          <summary className="w-fit rounded-sm text-muted-foreground text-xs hover:text-foreground">Copy as command, TOML or curl</summary>
          <div className="pt-2">
            <Suspense>
              {isCopying && <RunFormats run={{ environment: slug, request: toRequest(values, target, models[0] as string) }} />}
            </Suspense>
          </div>
        </details>
      </div>
      <div className="flex flex-col gap-1 border-t px-4 pt-4 pb-2 max-lg:sticky max-lg:bottom-0 max-lg:z-10 max-lg:-mx-4 max-lg:bg-background max-lg:pt-2 sm:max-lg:-mx-6 sm:max-lg:px-6">
        <p aria-hidden className="truncate text-2xs text-muted-foreground lg:hidden">
          {[expected?.cost?.text, expected?.time?.text, sentence].filter(Boolean).join(" · ")}
        </p>
        <div className="flex gap-2">
          <Button type="submit" variant="primary" pending={pending === "run"} className="h-9 flex-1">
            {pending !== "run" && <Play aria-hidden />}
            {models.length > 1 ? `Run ${models.length} Evaluations` : "Run Evaluation"}
          </Button>
          {!(size && isPilotSized(size)) && (
            <Button className="h-9" pending={pending === "pilot"} title={pilotWords} onClick={onPilot}>
              Pilot {pilotSize.examples} × {pilotSize.rollouts}
              <span className="sr-only">: {pilotWords}</span>
            </Button>
          )}
        </div>
        <p className="min-h-4 text-center text-danger text-xs">
          {problems > 0 ? `${problems} ${problems === 1 ? "field needs" : "fields need"} attention` : ""}
        </p>
      </div>
    </section>
  )
}

const pilotWords = "the same in small, to see what it costs and whether it works"

function Amount({ label, amount, more }: { label: string; amount: ExpectedAmount | null; more?: string | null }) {
  if (!amount && !more) return null
  return (
    <>
      <dt className="text-muted-foreground">{label}</dt>
      <dd className="tabular">
        {amount ? amount.text : "not known"}
        {amount?.range && <span className="text-muted-foreground"> ({amount.range})</span>}
        {more && <span className="text-muted-foreground">, {more}</span>}
      </dd>
    </>
  )
}
