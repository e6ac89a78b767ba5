"use client"

import { Eye, EyeOff, Plus, Trash2 } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { limits } from "@/contract/limits.ts"
import { type FormState, fieldId } from "./form-state.ts"
import { rules, type SecretDraft } from "./launch-config.ts"

/** Environment variables that only this run gets. */
export function SecretRows({ form }: { form: FormState }) {
  const { secrets } = form.draft
  const add = () => {
    const id = Math.max(-1, ...secrets.map((secret) => secret.id)) + 1
    form.set({ secrets: [...secrets, { id, name: "", value: "" }] })
    requestAnimationFrame(() => document.getElementById(fieldId(`secrets.${id}.name`))?.focus())
  }
  const remove = (id: number) => {
    form.set({ secrets: secrets.filter((secret) => secret.id !== id) })
    requestAnimationFrame(() => document.getElementById(fieldId("secrets"))?.focus())
  }
  const error = form.errorAt("secrets")
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 font-medium text-sm">One-off secrets</legend>
      <p className="text-muted-foreground text-xs">
        Environment variables for this run only. They are stored encrypted until the run has ended, and shown nowhere again. {rules.secrets}
      </p>
      {error && <FieldError>{error}</FieldError>}
      {secrets.length > 0 && (
        <ul className="flex flex-col gap-3">
          {secrets.map((secret, i) => (
            <SecretRow
              key={secret.id}
              form={form}
              secret={secret}
              position={i + 1}
              onChange={(change) => form.set({ secrets: secrets.map((one) => (one.id === secret.id ? { ...one, ...change } : one)) })}
              onRemove={() => remove(secret.id)}
            />
          ))}
        </ul>
      )}
      <Button id={fieldId("secrets")} size="sm" className="w-fit" disabled={secrets.length >= limits.secretsMax} onClick={add}>
        <Plus aria-hidden />
        Add a secret
      </Button>
    </fieldset>
  )
}

interface SecretRowProps {
  form: FormState
  secret: SecretDraft
  position: number
  onChange: (change: Partial<SecretDraft>) => void
  onRemove: () => void
}

function SecretRow({ form, secret, position, onChange, onRemove }: SecretRowProps) {
  const [isShown, setIsShown] = useState(false)
  const nameField = `secrets.${secret.id}.name`
  const valueField = `secrets.${secret.id}.value`
  const nameError = form.errorAt(nameField)
  const label = secret.name.trim() || `secret ${position}`
  return (
    <li className="grid min-w-0 grid-cols-[minmax(0,1fr)_auto] items-start gap-x-2 gap-y-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto]">
      <Field
        id={fieldId(nameField)}
        label={`Name of secret ${position}`}
        error={nameError}
        hint={nameError === rules.secretName ? undefined : rules.secretName}
        className="max-sm:col-span-2"
      >
        {(control) => (
          <Input
            {...control}
            className="font-mono text-xs"
            value={secret.name}
            placeholder="API_TOKEN"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={limits.secretNameCharactersMax}
            onChange={(event) => onChange({ name: event.target.value })}
            onBlur={() => form.touch(nameField)}
          />
        )}
      </Field>
      <Field id={fieldId(valueField)} label="Value" error={form.errorAt(valueField)}>
        {(control) => (
          <span className="flex gap-1">
            <Input
              {...control}
              type={isShown ? "text" : "password"}
              className="font-mono text-xs"
              value={secret.value}
              autoComplete="new-password"
              spellCheck={false}
              onChange={(event) => onChange({ value: event.target.value })}
              onBlur={() => form.touch(valueField)}
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
