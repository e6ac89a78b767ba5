"use client"

import { type FormEvent, useId, useState } from "react"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { FormButtons } from "@/components/ui/form/form-buttons.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { limits } from "@/contract/limits.ts"
import type { ActionResult } from "@/lib/form-action.ts"
import { useWrite } from "@/lib/use-write.ts"
import { checkEntry, type EntryInput, type NamedValue, nameRule } from "./named-value.ts"

interface EntryFormProps {
  kind: "secret" | "variable"
  entry: NamedValue | null
  taken: readonly string[]
  save: (input: EntryInput) => Promise<ActionResult<unknown>>
  onClose: () => void
}

/** The form that creates or changes a secret or a variable. */
export function EntryForm({ kind, entry, taken, save, onClose }: EntryFormProps) {
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
      <ValueField
        id={`${id}-value`}
        kind={kind}
        isNew={entry === null}
        value={value}
        error={shown.value ?? placed("value")}
        onChange={typed(setValue)}
      />
      <Field id={`${id}-description`} label="Description" note="optional" error={shown.description ?? placed("description")}>
        {(control) => <Input {...control} value={description} autoComplete="off" onChange={typed(setDescription)} />}
      </Field>
      <div role="alert">{isElsewhere && <FieldError>{refusal.message}</FieldError>}</div>
      <FormButtons onCancel={onClose} pending={isPending}>
        Save
      </FormButtons>
    </form>
  )
}

interface ValueFieldProps {
  id: string
  kind: "secret" | "variable"
  isNew: boolean
  value: string
  error: string | undefined
  onChange: (event: { target: { value: string } }) => void
}

function ValueField({ id, kind, isNew, value, error, onChange }: ValueFieldProps) {
  if (kind === "variable")
    return (
      <Field id={id} label="Value" error={error} hint="Everyone who can change this environment can read it.">
        {(control) => <Textarea {...control} code rows={2} value={value} onChange={onChange} />}
      </Field>
    )
  const hint = isNew ? "Stored encrypted. It cannot be shown again." : "Leave it empty to keep the stored value. It cannot be shown."
  return (
    <Field id={id} label="Value" error={error} hint={hint}>
      {(control) => (
        <Input
          {...control}
          type="password"
          className="font-mono text-xs"
          value={value}
          autoComplete="new-password"
          spellCheck={false}
          onChange={onChange}
        />
      )}
    </Field>
  )
}
