import type { ComponentProps } from "react"
import { Field } from "./field.tsx"
import { Input } from "./input.tsx"

interface NameFieldProps extends Pick<ComponentProps<typeof Field>, "error" | "hint" | "note" | "className"> {
  label?: string
  value: string
  onChange: (name: string) => void
  /** The most characters that it may have. */
  max: number
}

/** What something is to be called; it must have a name. */
export function NameField({ label = "Name", value, onChange, max, ...field }: NameFieldProps) {
  return (
    <Field label={label} {...field}>
      {(control) => (
        <Input {...control} value={value} required autoComplete="off" maxLength={max} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  )
}
