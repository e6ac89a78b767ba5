"use client"

import type { ReactNode } from "react"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Switch } from "@/components/ui/form/switch.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import { type FlagField, type FormState, fieldId, type TextField } from "./form-state.ts"

interface TextProps {
  form: FormState
  field: TextField
  label: string
  /** The sentence that is checked: hint before a mistake, message after it. */
  rule?: string
  /** More to know, next to the rule. */
  extra?: ReactNode
  note?: ReactNode
  placeholder?: string
  className?: string
}

const hintOf = (rule: string | undefined, extra: ReactNode, error: string | undefined): ReactNode => {
  // The rule itself has become the message: it is not said twice.
  const shownRule = rule === error ? undefined : rule
  if (!shownRule && !extra) return undefined
  return (
    <>
      {shownRule}
      {shownRule && extra ? " " : ""}
      {extra}
    </>
  )
}

/** One line of text, such as a number. */
export function TextEntry({
  form,
  field,
  label,
  rule,
  extra,
  note,
  placeholder,
  className,
  numeric = false,
}: TextProps & { numeric?: boolean }) {
  const error = form.errorAt(field)
  return (
    <Field
      id={fieldId(field)}
      label={label}
      note={note}
      error={error}
      hint={hintOf(rule, extra, error)}
      {...(className ? { className } : {})}
    >
      {(control) => (
        <Input
          {...control}
          value={form.draft[field]}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          inputMode={numeric ? "text" : undefined}
          className={numeric ? "tabular" : undefined}
          onChange={(event) => form.set({ [field]: event.target.value })}
          onBlur={() => form.touch(field)}
        />
      )}
    </Field>
  )
}

/** Several lines, mostly JSON. */
export function TextAreaEntry({ form, field, label, rule, extra, note, placeholder, className, rows = 3 }: TextProps & { rows?: number }) {
  const error = form.errorAt(field)
  return (
    <Field
      id={fieldId(field)}
      label={label}
      note={note}
      error={error}
      hint={hintOf(rule, extra, error)}
      {...(className ? { className } : {})}
    >
      {(control) => (
        <Textarea
          {...control}
          code
          rows={rows}
          value={form.draft[field]}
          placeholder={placeholder}
          onChange={(event) => form.set({ [field]: event.target.value })}
          onBlur={() => form.touch(field)}
        />
      )}
    </Field>
  )
}

export function SwitchEntry({
  form,
  field,
  label,
  description,
}: {
  form: FormState
  field: FlagField
  label: string
  description: ReactNode
}) {
  return (
    <Switch
      id={fieldId(field)}
      label={label}
      description={description}
      checked={form.draft[field]}
      onChange={(event) => form.set({ [field]: event.target.checked })}
    />
  )
}
