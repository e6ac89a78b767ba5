"use client"

import { Pencil, Plus, Trash2, Unlink } from "lucide-react"
import { type FormEvent, type ReactNode, useId, useState } from "react"
import { Badge } from "@/components/ui/badge.tsx"
import { Button } from "@/components/ui/button.tsx"
import { Card, CardHeader } from "@/components/ui/card.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import { limits } from "@/contract/limits.ts"
import type { ActionResult } from "@/lib/form-action.ts"
import { checkEntry, type EntryInput, type NamedValue, nameRule } from "./named-value.ts"
import { useWrite } from "./use-write.ts"

export interface NamedValuesProps {
  id: string
  title: string
  kind: "secret" | "variable"
  /** What they are for, in a sentence. */
  children: ReactNode
  empty: string
  entries: readonly NamedValue[]
  create: (input: EntryInput) => Promise<ActionResult<unknown>>
  update: (id: string, input: EntryInput) => Promise<ActionResult<unknown>>
  remove: (id: string) => Promise<ActionResult<unknown>>
  unlink?: (id: string) => Promise<ActionResult<unknown>>
  /** What goes away with an entry. */
  removeNote: string
  /** More buttons in the title row. */
  action?: ReactNode
}

/** A list of secrets or variables, with the dialogs that change it. Values of secrets go in and never come out. */
export function NamedValues({
  id,
  title,
  kind,
  children,
  empty,
  entries,
  create,
  update,
  remove,
  unlink,
  removeNote,
  action,
}: NamedValuesProps) {
  const [editing, setEditing] = useState<NamedValue | "new" | null>(null)
  const [leaving, setLeaving] = useState<NamedValue | null>(null)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()

  const leave = () => {
    if (!leaving) return
    const isLink = leaving.isLinked === true && unlink !== undefined
    run(
      () => (isLink ? unlink(leaving.id) : remove(leaving.id)),
      () => {
        setLeaving(null)
        toast({ title: `${leaving.name} was ${isLink ? "unlinked" : "deleted"}`, tone: "success" })
      },
    )
  }

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
      <p className="max-w-prose px-4 pt-3 pb-2 text-muted-foreground text-xs">{children}</p>
      {entries.length === 0 ? (
        <p className="px-4 pb-4 text-muted-foreground text-sm">{empty}</p>
      ) : (
        <ul className="border-t">
          {entries.map((entry) => (
            <li key={`${entry.isLinked} ${entry.id}`} className="flex min-w-0 items-start gap-3 border-b px-4 py-2 last:border-b-0">
              <div className="grid min-w-0 flex-1 gap-x-4 gap-y-0.5 md:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
                <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
                  <span className="break-anywhere font-mono text-xs leading-5">{entry.name}</span>
                  {entry.isLinked && <Badge>Global</Badge>}
                  {entry.isFile && <Badge>File</Badge>}
                </div>
                <div className="min-w-0 text-xs leading-5">
                  {entry.value === undefined ? (
                    <span className="text-muted-foreground">
                      <span aria-hidden className="mr-2 tracking-widest">
                        ••••••
                      </span>
                      <span className="sr-only">Value hidden, </span>
                      set <TimeAgo at={entry.updatedAt} />
                    </span>
                  ) : (
                    <span className="break-anywhere line-clamp-3 whitespace-pre-wrap font-mono">
                      {entry.value === "" ? <span className="font-sans text-muted-foreground">empty</span> : entry.value}
                    </span>
                  )}
                  {entry.description && <p className="break-anywhere text-muted-foreground">{entry.description}</p>}
                </div>
              </div>
              <div className="flex shrink-0">
                {!entry.isLinked && (
                  <Button
                    variant="ghost"
                    size="sm"
                    icon
                    aria-label={`Change ${entry.name}`}
                    title="Change"
                    onClick={() => setEditing(entry)}
                  >
                    <Pencil aria-hidden />
                  </Button>
                )}
                <Button
                  variant="ghost"
                  size="sm"
                  icon
                  aria-label={`${entry.isLinked ? "Unlink" : "Delete"} ${entry.name}`}
                  title={entry.isLinked ? "Unlink" : "Delete"}
                  onClick={() => {
                    clear()
                    setLeaving(entry)
                  }}
                >
                  {entry.isLinked ? <Unlink aria-hidden /> : <Trash2 aria-hidden />}
                </Button>
              </div>
            </li>
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
      <ConfirmDialog
        open={leaving !== null}
        onClose={() => setLeaving(null)}
        onConfirm={leave}
        title={leaving?.isLinked ? "Unlink this secret?" : `Delete this ${kind}?`}
        confirmLabel={leaving?.isLinked ? "Unlink" : "Delete"}
        tone={leaving?.isLinked ? "primary" : "danger"}
        pending={isPending}
        error={refusal?.message ?? null}
      >
        <p className="break-anywhere text-muted-foreground">
          <strong className="font-medium font-mono text-foreground text-xs">{leaving?.name}</strong>{" "}
          {leaving?.isLinked ? "is no longer given to this environment. The secret itself stays in your settings." : removeNote}
        </p>
      </ConfirmDialog>
    </Card>
  )
}

interface EntryFormProps {
  kind: "secret" | "variable"
  entry: NamedValue | null
  taken: readonly string[]
  save: (input: EntryInput) => Promise<ActionResult<unknown>>
  onClose: () => void
}

function EntryForm({ kind, entry, taken, save, onClose }: EntryFormProps) {
  const [name, setName] = useState(entry?.name ?? "")
  const [value, setValue] = useState(entry?.value ?? "")
  const [description, setDescription] = useState(entry?.description ?? "")
  const [isTried, setIsTried] = useState(false)
  const { run, isPending, refusal, clear } = useWrite()
  const toast = useToast()
  const id = useId()

  const isKept = kind === "secret" && entry !== null && value === ""
  const input: EntryInput = { name: name.trim(), value: isKept ? null : value, description: description.trim() }
  const found = checkEntry(input, { kind, isNew: entry === null, taken })
  const shown = isTried ? found : {}
  const placed = (field: string) => refusal?.problems.find((problem) => problem.field === field)?.message
  const isElsewhere = refusal !== null && !refusal.problems.some(({ field }) => ["name", "value", "description"].includes(field))

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isPending) return
    setIsTried(true)
    const first = (["name", "value", "description"] as const).find((field) => found[field])
    if (first) {
      document.getElementById(`${id}-${first}`)?.focus()
      return
    }
    run(
      () => save(input),
      () => {
        onClose()
        toast({ title: `${input.name} was ${entry ? "changed" : "saved"}`, tone: "success" })
      },
    )
  }
  const typed = (set: (text: string) => void) => (event: { target: { value: string } }) => {
    if (refusal) clear()
    set(event.target.value)
  }

  return (
    <form noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-3">
      <Field id={`${id}-name`} label="Name" error={shown.name ?? placed("name")} hint={shown.name === nameRule ? undefined : nameRule}>
        {(control) => (
          <Input
            {...control}
            className="font-mono text-xs"
            value={name}
            placeholder="API_TOKEN"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={limits.secretNameCharactersMax}
            onChange={typed(setName)}
          />
        )}
      </Field>
      <Field
        id={`${id}-value`}
        label="Value"
        error={shown.value ?? placed("value")}
        hint={
          kind === "variable"
            ? "Everybody who may change this environment can read it."
            : entry
              ? "Leave it empty to keep the stored value. It cannot be shown."
              : "Stored encrypted. It cannot be shown again."
        }
      >
        {(control) =>
          kind === "variable" ? (
            <Textarea {...control} code rows={2} value={value} onChange={typed(setValue)} />
          ) : (
            <Input
              {...control}
              type="password"
              className="font-mono text-xs"
              value={value}
              autoComplete="new-password"
              spellCheck={false}
              onChange={typed(setValue)}
            />
          )
        }
      </Field>
      <Field id={`${id}-description`} label="Description" note="optional" error={shown.description ?? placed("description")}>
        {(control) => <Input {...control} value={description} autoComplete="off" onChange={typed(setDescription)} />}
      </Field>
      <div role="alert">{isElsewhere && <FieldError>{refusal.message}</FieldError>}</div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" pending={isPending}>
          Save
        </Button>
      </div>
    </form>
  )
}
