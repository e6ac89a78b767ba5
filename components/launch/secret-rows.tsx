"use client"

import { Eye, EyeOff, Plus, Trash2 } from "lucide-react"
import { useState } from "react"
import { useController, useFieldArray, useFormState } from "react-hook-form"
import { Button } from "@/components/ui/button.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { limits } from "@/contract/limits.ts"
import { secretRules } from "@/contract/run-config/custom-secrets.ts"
import { fieldId } from "./launch-problems.ts"
import type { LaunchValues } from "./launch-schema.ts"

/** Environment variables that only this run gets. */
export function SecretRows() {
  const { fields: rows, append, remove } = useFieldArray<LaunchValues, "custom_secrets">({ name: "custom_secrets" })
  const { errors } = useFormState<LaunchValues>()
  // A problem of the list as a whole, not of one row.
  const error = errors.custom_secrets?.root?.message ?? errors.custom_secrets?.message
  const focus = (path: string) => requestAnimationFrame(() => document.getElementById(fieldId(path))?.focus())
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 font-medium text-sm">One-off secrets</legend>
      <p className="text-muted-foreground text-xs">
        Environment variables for this run only. They are stored encrypted until the run has ended, and are never shown again.{" "}
        {secretRules.count}
      </p>
      {error && <FieldError>{error}</FieldError>}
      {rows.length > 0 && (
        <ul className="flex flex-col gap-3">
          {rows.map((row, i) => (
            <SecretRow
              key={row.id}
              index={i}
              onRemove={() => {
                remove(i)
                focus("custom_secrets")
              }}
            />
          ))}
        </ul>
      )}
      <Button
        id={fieldId("custom_secrets")}
        size="sm"
        className="w-fit"
        disabled={rows.length >= limits.secretsMax}
        onClick={() => {
          append({ name: "", value: "" }, { shouldFocus: false })
          focus(`custom_secrets.${rows.length}.name`)
        }}
      >
        <Plus aria-hidden />
        Add a secret
      </Button>
    </fieldset>
  )
}

function SecretRow({ index, onRemove }: { index: number; onRemove: () => void }) {
  const [isShown, setIsShown] = useState(false)
  const name = useController<LaunchValues, `custom_secrets.${number}.name`>({ name: `custom_secrets.${index}.name` })
  const value = useController<LaunchValues, `custom_secrets.${number}.value`>({ name: `custom_secrets.${index}.value` })
  const nameError = name.fieldState.error?.message
  const label = name.field.value.trim() || `secret ${index + 1}`
  return (
    <li className="grid min-w-0 grid-cols-[minmax(0,1fr)_auto] items-start gap-x-2 gap-y-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto]">
      <Field
        id={fieldId(name.field.name)}
        label={`Name of secret ${index + 1}`}
        error={nameError}
        hint={nameError === secretRules.name ? undefined : secretRules.name}
        className="max-sm:col-span-2"
      >
        {(control) => (
          <Input
            {...control}
            className="font-mono text-xs"
            value={name.field.value}
            placeholder="API_TOKEN"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={limits.secretNameCharactersMax}
            onChange={(event) => name.field.onChange(event.target.value)}
            onBlur={name.field.onBlur}
          />
        )}
      </Field>
      <Field id={fieldId(value.field.name)} label="Value" error={value.fieldState.error?.message}>
        {(control) => (
          <span className="flex gap-1">
            <Input
              {...control}
              type={isShown ? "text" : "password"}
              className="font-mono text-xs"
              value={value.field.value}
              autoComplete="new-password"
              spellCheck={false}
              onChange={(event) => value.field.onChange(event.target.value)}
              onBlur={value.field.onBlur}
            />
            <Button
              variant="ghost"
              icon
              aria-label={isShown ? `Hide the value of ${label}` : `Show the value of ${label}`}
              aria-pressed={isShown}
              onClick={() => setIsShown(!isShown)}
            >
              {isShown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
            </Button>
          </span>
        )}
      </Field>
      <Button variant="ghost" icon aria-label={`Remove ${label}`} className="mt-6" onClick={onRemove}>
        <Trash2 aria-hidden />
      </Button>
    </li>
  )
}
