"use client"

import { CircleAlert, TriangleAlert, Wrench } from "lucide-react"
import { Fragment, type ReactNode } from "react"
import { useFormContext } from "react-hook-form"
import { Button } from "@/components/ui/button.tsx"
import { focusField, problemName } from "./launch-problems.ts"
import type { LaunchProblem, LaunchValues } from "./launch-schema.ts"

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

/** What the link that led here has changed. */
export function Changed({ fields }: { fields: string[] }) {
  const { getValues } = useFormContext<LaunchValues>()
  const nameOf = (field: string): string => {
    const [first, index] = field.split(".")
    if (first !== "custom_secrets") return problemName(field)
    return `the secret ${getValues("custom_secrets")[Number(index)]?.name || "that is new"}`
  }
  return (
    <div role="note" className="flex items-start gap-2 rounded-lg border border-accent/50 bg-accent/8 px-4 py-2.5 text-sm">
      <Wrench aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
      <p className="break-anywhere min-w-0">
        Different from that run:{" "}
        {fields.map((field, i) => (
          <Fragment key={field}>
            {i > 0 && ", "}
            <FieldLink field={field}>{nameOf(field)}</FieldLink>
          </Fragment>
        ))}
        . Check it, then start the run.
      </p>
    </div>
  )
}

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
