import type { ReactNode } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { limits } from "@/contract/limits.ts"

interface Value {
  value: string
  onChange: (value: string) => void
}

/** What a credential is called. @param hint whom the name is to help @param error why the name, or the request, was refused */
export function CredentialName({
  value,
  onChange,
  hint,
  placeholder,
  error,
}: Value & { hint: string; placeholder: string; error: string | undefined }) {
  return (
    <Field label="Name" hint={hint} error={error}>
      {(control) => (
        <Input
          {...control}
          value={value}
          placeholder={placeholder}
          autoComplete="off"
          maxLength={limits.nameCharactersMax}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

/** For how many days it works; empty until it is revoked. @param choices days and what they are called */
export function CredentialLifetime({ value, onChange, choices }: Value & { choices: readonly (readonly [days: string, label: string])[] }) {
  return (
    <Field label="Works">
      {(control) => (
        <Select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">Until it is revoked</option>
          {choices.map(([days, label]) => (
            <option key={days} value={days}>
              {label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

/** What is shown once, until the person is done with it. */
export function ShownOnce({ onDone, children }: { onDone: () => void; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {children}
      <div className="flex justify-end">
        <Button variant="primary" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  )
}
