"use client"

import { Plus } from "lucide-react"
import dynamic from "next/dynamic"
import { type ReactNode, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import type { ActionResult } from "@/lib/form-action.ts"
import { EntryRow } from "./entry-row.tsx"
import type { EntryInput, NamedValue } from "./named-value.ts"
import { RemoveDialog } from "./remove-dialog.tsx"

/** Its rules are those of the API, with the library that they are written with: fetched when a form is opened. */
const EntryForm = dynamic(() => import("./entry-form.tsx").then((module) => module.EntryForm), {
  ssr: false,
  loading: () => <Spinner label="Loading the form" />,
})

export interface NamedValuesProps {
  id: string
  title: string
  kind: "secret" | "variable"
  /** What the entries are for, in a sentence. */
  children: ReactNode
  empty: string
  entries: readonly NamedValue[]
  create: (input: EntryInput) => Promise<ActionResult<unknown>>
  update: (id: string, input: EntryInput) => Promise<ActionResult<unknown>>
  remove: (id: string) => Promise<ActionResult<unknown>>
  unlink?: (id: string) => Promise<ActionResult<unknown>>
  /** What deleting an entry means, after its name. */
  removeNote: string
  /** More buttons in the title row. */
  action?: ReactNode
}

/** A list of secrets or variables, with the dialogs that change it. Values of secrets go in and never come out. */
export function NamedValues(props: NamedValuesProps) {
  const { id, title, kind, children, empty, entries, create, update, remove, unlink, removeNote, action } = props
  const [editing, setEditing] = useState<NamedValue | "new" | null>(null)
  const [removing, setRemoving] = useState<NamedValue | null>(null)
  return (
    <Card aria-labelledby={id}>
      <CardHeader
        id={id}
        title={title}
        action={
          <div className="flex flex-wrap justify-end gap-2">
            {action}
            <Button size="sm" onClick={() => setEditing("new")}>
              <Plus aria-hidden />
              New {kind}
            </Button>
          </div>
        }
      />
      <p className="max-w-prose pt-2.5 pb-2 text-muted-foreground text-xs">{children}</p>
      {entries.length === 0 ? (
        <p className="pb-2 text-muted-foreground text-sm">{empty}</p>
      ) : (
        <ul className="border-t">
          {entries.map((entry) => (
            <EntryRow
              key={`${entry.isLinked} ${entry.id}`}
              entry={entry}
              onEdit={() => setEditing(entry)}
              onRemove={() => setRemoving(entry)}
            />
          ))}
        </ul>
      )}
      <Dialog
        open={editing !== null}
        onClose={() => setEditing(null)}
        title={editing === "new" ? `New ${kind}` : `Change ${editing?.name ?? kind}`}
      >
        {editing && (
          <EntryForm
            kind={kind}
            entry={editing === "new" ? null : editing}
            taken={entries.filter((entry) => entry !== editing && !entry.isLinked).map((entry) => entry.name)}
            save={(input) => (editing === "new" ? create(input) : update(editing.id, input))}
            onClose={() => setEditing(null)}
          />
        )}
      </Dialog>
      <RemoveDialog
        kind={kind}
        entry={removing}
        onClose={() => setRemoving(null)}
        remove={remove}
        unlink={unlink}
        removeNote={removeNote}
      />
    </Card>
  )
}
