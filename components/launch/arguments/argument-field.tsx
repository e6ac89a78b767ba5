"use client"

import { useController } from "react-hook-form"
import { Button } from "@/components/ui/button.tsx"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Switch } from "@/components/ui/form/switch.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import type { EnvironmentArgument } from "@/contract/index.ts"
import { shortText } from "@/contract/text/cut-text.ts"
import { stringifyExact } from "@/contract/text/exact-json.ts"
import { fieldId } from "../launch-problems.ts"
import type { LaunchValues } from "../launch-schema.ts"
import { choicesOf, controlOf, defaultText } from "./launch-arguments.ts"
import type { ArgumentsState } from "./use-arguments.ts"

const shownDefault = (argument: EnvironmentArgument): string => shortText(stringifyExact(argument.default ?? null), 58)

interface ArgumentFieldProps {
  state: ArgumentsState
  argument: EnvironmentArgument
}

/** One declared argument: the control that its type asks for. */
export function ArgumentField({ state, argument }: ArgumentFieldProps) {
  const { name } = argument
  const { field, fieldState } = useController<LaunchValues, `env_args.fields.${string}`>({ name: `env_args.fields.${name}` })
  const id = fieldId(field.name)
  const text = field.value ?? ""
  const set = (next: string) => state.setArgument(name, next)
  const error = fieldState.error?.message
  const control = controlOf(argument, text)
  const note = argument.required ? "required" : choicesOf(argument) ? argument.type : (argument.annotation ?? argument.type)
  const hint = (
    <>
      {argument.description && <span className="break-anywhere">{argument.description} </span>}
      {!argument.required && <span className="break-anywhere">{`Default ${shownDefault(argument)}.`}</span>}
    </>
  )
  const label = <span className="font-mono text-xs">{name}</span>

  if (Object.hasOwn(state.draft.extras, name))
    return (
      <div className="flex min-w-0 flex-col gap-1">
        <span className="break-anywhere">{label}</span>
        <p className="break-anywhere text-sm">
          <code className="font-mono text-xs">{stringifyExact(state.draft.extras[name])}</code>{" "}
          <span className="text-muted-foreground text-xs">was given as JSON and fits no control here.</span>
        </p>
        <Button size="sm" className="w-fit" onClick={() => set(defaultText(argument))}>
          {argument.required ? "Clear it" : "Back to the default"}
        </Button>
      </div>
    )
  if (control === "switch")
    return (
      <div className="min-w-0">
        <Switch
          id={id}
          label={label}
          description={hint}
          checked={text === "true"}
          onChange={(event) => set(String(event.target.checked))}
        />
        {error && <FieldError>{error}</FieldError>}
      </div>
    )
  const isWide = control === "json" || control === "multiline"
  return (
    <Field
      id={id}
      label={label}
      note={<code className="font-mono text-2xs">{note}</code>}
      error={error}
      hint={hint}
      className={isWide ? "md:col-span-2" : ""}
    >
      {(attributes) => {
        const shared = { ...attributes, value: text, onBlur: field.onBlur }
        if (control === "select") return <Choices {...shared} argument={argument} onChange={set} />
        if (isWide) return <Textarea {...shared} code={control === "json"} rows={3} onChange={(event) => set(event.target.value)} />
        return <Input {...shared} autoComplete="off" spellCheck={false} onChange={(event) => set(event.target.value)} />
      }}
    </Field>
  )
}

interface ChoicesProps {
  argument: EnvironmentArgument
  value: string
  onChange: (text: string) => void
  onBlur: () => void
}

function Choices({ argument, value, onChange, ...attributes }: ChoicesProps) {
  const choices = choicesOf(argument)
  const needsEmpty = argument.required || value === "" || !choices?.some((choice) => choice === argument.default)
  return (
    <Select {...attributes} value={value} onChange={(event) => onChange(event.target.value)}>
      {needsEmpty && <option value="">{argument.required ? "Choose…" : `Default (${shownDefault(argument)})`}</option>}
      {choices?.map((choice) => (
        <option key={stringifyExact(choice)} value={stringifyExact(choice)}>
          {String(choice)}
        </option>
      ))}
    </Select>
  )
}
