"use client"

import { type ReactNode, useState } from "react"
import { type FieldPath, useController } from "react-hook-form"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Switch } from "@/components/ui/form/switch.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import { sameJson } from "@/lib/json-text.ts"
import { parseText, textOf } from "./field-text.ts"
import { fieldId, messageIn } from "./launch-problems.ts"
import type { LaunchField, LaunchValues } from "./launch-schema.ts"

interface RunFieldControlProps {
  field: LaunchField
  /** Shown after the field's own help. */
  more?: ReactNode
}

const multiline: readonly string[] = ["json", "names", "headers"]
const numeric: readonly string[] = ["whole", "decimal", "money"]

/** The rule is left out when it has become the error message. */
function hintOf({ rule, help, kind, default: preset, required }: LaunchField, more: ReactNode, error: string | undefined): ReactNode {
  const isNamed = numeric.includes(kind) && preset !== undefined && !required
  const parts = [rule === error ? undefined : rule, help, isNamed && `Default ${preset}.`].filter(Boolean).join(" ")
  return parts || more ? (
    <>
      {parts}
      {parts && more ? " " : ""}
      {more}
    </>
  ) : undefined
}

/** The control of a field: which one, and everything it says, comes from the field's row. */
export function RunFieldControl({ field, more }: RunFieldControlProps) {
  const { field: input, fieldState } = useController<LaunchValues>({ name: field.key as FieldPath<LaunchValues> })
  const error = messageIn(fieldState.error)
  const id = fieldId(field.key)
  const className = field.wide ? "col-span-full" : ""

  if (field.kind === "switch")
    return (
      <div className={className}>
        <Switch
          id={id}
          label={field.label}
          description={field.help}
          checked={input.value === true}
          onChange={(event) => input.onChange(event.target.checked)}
          onBlur={input.onBlur}
        />
        {error && <FieldError>{error}</FieldError>}
      </div>
    )
  const suffix = field.unit ?? (field.kind === "json" ? "JSON" : undefined)
  return (
    <Field
      id={id}
      label={suffix ? `${field.label} (${suffix})` : field.label}
      note={field.optional && "optional"}
      error={error}
      hint={hintOf(field, more, error)}
      className={className}
    >
      {(attributes) => {
        const control = { ...attributes, onBlur: input.onBlur }
        if (field.kind === "select") return <Choices {...control} field={field} value={input.value} onChange={input.onChange} />
        return <TypedText {...control} field={field} value={input.value} onChange={input.onChange} />
      }}
    </Field>
  )
}

interface ValueProps {
  field: LaunchField
  value: unknown
  onChange: (value: unknown) => void
}

function Choices({ field, value, onChange, ...control }: ValueProps & { onBlur: () => void }) {
  const shown = typeof value === "string" ? value : ""
  const options = field.options ?? []
  return (
    <Select {...control} value={shown} onChange={(event) => onChange(event.target.value === "" ? null : event.target.value)}>
      {field.default === undefined && <option value="">Default</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
      {shown !== "" && !options.some((option) => option.value === shown) && <option>{shown}</option>}
    </Select>
  )
}

/** A value as text. What was typed stays as it is for as long as it means the value. */
function TypedText({ field, value, onChange, ...control }: ValueProps & { onBlur: () => void }) {
  const { kind, placeholder } = field
  const [typed, setTyped] = useState(() => textOf(kind, value))
  const attributes = {
    ...control,
    placeholder,
    value: sameJson(parseText(kind, typed), value ?? null) ? typed : textOf(kind, value),
    onChange: ({ target }: { target: { value: string } }) => {
      setTyped(target.value)
      onChange(parseText(kind, target.value))
    },
  }
  return multiline.includes(kind) ? (
    <Textarea {...attributes} code rows={kind === "headers" ? 2 : 3} />
  ) : (
    <Input {...attributes} autoComplete="off" spellCheck={false} className={numeric.includes(kind) ? "tabular" : undefined} />
  )
}
