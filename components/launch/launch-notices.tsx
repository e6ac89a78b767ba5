"use client"

import { CircleAlert, TriangleAlert, Wrench } from "lucide-react"
import { Fragment, type ReactNode } from "react"
import { useWatch } from "react-hook-form"
import { Button } from "@/components/ui/button.tsx"
import { runFields } from "@/contract/run-config.ts"
import { type ChangedField, changesFrom } from "./launch-changes.ts"
import { focusField, problemName } from "./launch-problems.ts"
import type { EarlierRun } from "./launch-props.ts"
import type { LaunchProblem, LaunchValues } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"

function FieldLink({ field, children }: { field: string; children: ReactNode }) {
  return (
    <button type="button" onClick={() => focusField(field)} className="font-medium underline underline-offset-2">
      {children}
    </button>
  )
}

/** Why the run was not started, with links to the fields. */
export function Problems({ problems }: { problems: LaunchProblem[] }) {
  if (problems.length === 0) return null
  return (
    <div id="launch-problems" role="alert" tabIndex={-1} className="rounded-lg border border-danger bg-danger/8 px-4 py-3 text-sm">
      <p className="flex items-center gap-2 font-medium text-danger">
        <CircleAlert aria-hidden className="size-4 shrink-0" />
        The run was not started.
      </p>
      <ul className="mt-1.5 flex flex-col gap-1 pl-6">
        {problems.map(({ field, message }) => (
          <li key={`${field} ${message}`} className="break-anywhere">
            {field !== "" && (
              <>
                <FieldLink field={field}>{problemName(field)}</FieldLink>
                {": "}
              </>
            )}
            {message}
          </li>
        ))}
      </ul>
    </div>
  )
}

interface ChangedProps {
  earlier: EarlierRun
  target: LaunchTarget
  version: string | null
  models: readonly string[]
}

/** What of the form is not as it was in the run that it was filled in from, as it is edited. */
export function Changed({ earlier, target, version, models }: ChangedProps) {
  const values = useWatch() as LaunchValues
  const changes = [
    ...differsIn("version", "Version", earlier.version, version),
    ...differsIn("inference_model", runFields.inference_model.label, earlier.model, models.join(", ")),
    ...changesFrom(earlier.original, values, target),
  ]
  if (changes.length === 0) return null
  return (
    <div role="note" className="flex items-start gap-2 rounded-lg border border-accent/50 bg-accent/8 px-4 py-2.5 text-sm">
      <Wrench aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
      <p className="break-anywhere min-w-0">
        Different from that run:{" "}
        {changes.map(({ field, label, from, to }, i) => (
          <Fragment key={`${field} ${label}`}>
            {i > 0 && ", "}
            {field === "version" ? label : <FieldLink field={field}>{label}</FieldLink>} {short(from)} → {short(to)}
          </Fragment>
        ))}
        .{earlier.changed.length > 0 && " Check it, then start the run."}
      </p>
    </div>
  )
}

const differsIn = (field: string, label: string, from: string | null, to: string | null): ChangedField[] =>
  from === null || to === null || from === to ? [] : [{ field, label, from, to }]

const shownMax = 60
const short = (text: string): string => (text.length > shownMax ? `${text.slice(0, shownMax).trimEnd()}…` : text)

/** The parts of a pasted run that the form cannot take. */
export function LeftOut({ notes, onDismiss }: { notes: readonly string[]; onDismiss: () => void }) {
  return (
    <div role="note" className="flex items-start gap-2 rounded-lg border border-warning/50 bg-warning/8 px-4 py-2.5 text-sm">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      <div className="min-w-0 grow">
        <p className="font-medium">Not everything that was pasted was filled in:</p>
        <ul className="flex flex-col gap-1">
          {notes.map((note) => (
            <li key={note} className="break-anywhere">
              {note}
            </li>
          ))}
        </ul>
      </div>
      <Button size="sm" variant="ghost" onClick={onDismiss}>
        Dismiss
      </Button>
    </div>
  )
}

export function Remark({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-2 rounded-lg border border-warning/50 bg-warning/8 px-4 py-2.5 text-sm">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      <span>{children}</span>
    </p>
  )
}
