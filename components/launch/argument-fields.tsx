"use client"

import { Button } from "@/components/ui/button.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Field, FieldError } from "@/components/ui/form/field.tsx"
import { Input } from "@/components/ui/form/input.tsx"
import { Select } from "@/components/ui/form/select.tsx"
import { Switch } from "@/components/ui/form/switch.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import type { ActionStatus, EnvironmentArgument } from "@/contract/index.ts"
import { readJsonObject } from "@/lib/json-text.ts"
import { type FormState, fieldId } from "./form-state.ts"
import {
  argumentsView,
  choicesOf,
  controlOf,
  undeclaredNames,
  withArgument,
  withArgumentsJson,
  withArgumentsView,
} from "./launch-arguments.ts"
import { declaredArguments } from "./launch-config.ts"

/** What is given to load_environment(): a control per declared argument, or JSON; both always say the same. */
export function ArgumentFields({ form, checkStatus }: { form: FormState; checkStatus: ActionStatus | null }) {
  const { draft, target } = form
  const declared = declaredArguments(target)
  const view = argumentsView(declared, draft.args)
  const hasForm = declared !== null && declared.length > 0
  const isReadable = readJsonObject(draft.args.json).ok
  const show = (wanted: "form" | "json") => {
    if (wanted === "form" && !isReadable) {
      form.touch("args")
      document.getElementById(fieldId("args"))?.focus()
      return
    }
    form.set({ args: withArgumentsView(declared, draft.args, wanted) })
  }
  return (
    <section aria-labelledby="launch-arguments" className="rounded-lg border bg-card">
      <div className="flex min-h-10 items-center justify-between gap-3 border-b px-4 py-1.5">
        <h3 id="launch-arguments" className="font-medium text-sm">
          Environment arguments
        </h3>
        {hasForm && (
          <fieldset className="inline-flex rounded-md border p-0.5">
            <legend className="sr-only">Show the arguments as</legend>
            {(["form", "json"] as const).map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={view === one}
                onClick={() => show(one)}
                className={cn(
                  "h-6 rounded-sm px-2 text-muted-foreground text-xs hover:text-foreground",
                  view === one && "bg-muted font-medium text-foreground",
                )}
              >
                {one === "form" ? "Form" : "JSON"}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      <div className="flex flex-col gap-4 p-4">
        {declared === null && (
          <p className="text-muted-foreground text-sm">
            {checkStatus === "PENDING" || checkStatus === "RUNNING"
              ? "What the environment accepts is known when its check has ended; until then arguments can be given as JSON."
              : checkStatus === "FAILED"
                ? "The check of this version failed, so what it accepts is not known. Arguments can be given as JSON."
                : "What the environment accepts is not known. Arguments can be given as JSON."}
          </p>
        )}
        {declared?.length === 0 && <p className="text-muted-foreground text-sm">load_environment() declares no arguments.</p>}
        {view === "json" ? (
          <ArgumentsJson form={form} />
        ) : (
          <>
            <p className="text-muted-foreground text-xs">Only what differs from the defaults is sent.</p>
            <div className="grid grid-cols-1 gap-x-4 gap-y-4 md:grid-cols-2">
              {declared?.map((argument) => (
                <ArgumentField key={argument.name} form={form} argument={argument} />
              ))}
            </div>
            <Undeclared form={form} onShow={() => show("json")} />
          </>
        )}
      </div>
    </section>
  )
}

function ArgumentsJson({ form }: { form: FormState }) {
  const { draft, target } = form
  const declared = declaredArguments(target)
  const reading = readJsonObject(draft.args.json)
  const unknown = undeclaredNames(declared, draft.args)
  return (
    <Field
      id={fieldId("args")}
      label="Arguments as JSON"
      // Where JSON is wrong helps while one types, not only afterwards.
      error={form.errorAt("args") ?? (reading.ok ? undefined : `Line ${reading.line}, column ${reading.column}: ${reading.message}.`)}
      hint={
        <>
          {'One object, such as {"difficulty": "hard"}; values equal to the defaults are not sent.'}
          {declared !== null && declared.length > 0 && reading.ok && unknown.length > 0 && (
            <span className="block text-warning">
              Not declared by the environment: {unknown.join(", ")}. Unless load_environment() takes any keyword, the run will fail.
            </span>
          )}
        </>
      }
    >
      {(control) => (
        <Textarea
          {...control}
          code
          rows={6}
          placeholder="{}"
          value={draft.args.json}
          onChange={(event) => form.set({ args: withArgumentsJson(declared, draft.args, event.target.value) })}
          onBlur={() => form.touch("args")}
        />
      )}
    </Field>
  )
}

/** Values that came in as JSON and that no control can show. */
function Undeclared({ form, onShow }: { form: FormState; onShow: () => void }) {
  const unknown = undeclaredNames(declaredArguments(form.target), form.draft.args)
  if (unknown.length === 0) return null
  return (
    <p className="break-anywhere text-warning text-xs">
      Also sent, but not declared by the environment: <code className="font-mono">{unknown.join(", ")}</code>.{" "}
      <button type="button" onClick={onShow} className="link">
        Edit as JSON
      </button>
    </p>
  )
}

const shownDefault = (argument: EnvironmentArgument): string => {
  const text = JSON.stringify(argument.default ?? null)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function ArgumentField({ form, argument }: { form: FormState; argument: EnvironmentArgument }) {
  const { draft, target } = form
  const declared = declaredArguments(target)
  const field = `args.${argument.name}`
  const text = Object.hasOwn(draft.args.fields, argument.name) ? (draft.args.fields[argument.name] ?? "") : ""
  const set = (next: string) => form.set({ args: withArgument(declared, draft.args, argument.name, next) })
  const touch = () => form.touch(field)
  const control = controlOf(argument, text)
  const note = argument.required ? "required" : choicesOf(argument) ? argument.type : (argument.annotation ?? argument.type)
  const hint = (
    <>
      {argument.description && <span className="break-anywhere">{argument.description} </span>}
      {!argument.required && <span className="break-anywhere">{`Default ${shownDefault(argument)}.`}</span>}
    </>
  )
  const label = <span className="font-mono text-xs">{argument.name}</span>

  if (Object.hasOwn(draft.args.extras, argument.name))
    return (
      <div className="flex min-w-0 flex-col gap-1">
        <span className="break-anywhere">{label}</span>
        <p className="break-anywhere text-sm">
          <code className="font-mono text-xs">{JSON.stringify(draft.args.extras[argument.name])}</code>{" "}
          <span className="text-muted-foreground text-xs">was given as JSON and fits no control here.</span>
        </p>
        <Button size="sm" className="w-fit" onClick={() => set(argument.required ? "" : resetText(form, argument))}>
          {argument.required ? "Clear it" : "Back to the default"}
        </Button>
      </div>
    )
  if (control === "switch")
    return (
      <div className="min-w-0">
        <Switch
          id={fieldId(field)}
          label={label}
          description={hint}
          checked={text === "true"}
          onChange={(event) => set(String(event.target.checked))}
        />
        {form.errorAt(field) && <FieldError>{form.errorAt(field)}</FieldError>}
      </div>
    )
  const isWide = control === "json" || control === "multiline"
  return (
    <Field
      id={fieldId(field)}
      label={label}
      note={<code className="font-mono text-2xs">{note}</code>}
      error={form.errorAt(field)}
      hint={hint}
      className={isWide ? "md:col-span-2" : ""}
    >
      {(attributes) => {
        if (control === "select")
          return (
            <Select {...attributes} value={text} onChange={(event) => set(event.target.value)} onBlur={touch}>
              {(argument.required || text === "" || !choicesOf(argument)?.some((choice) => choice === argument.default)) && (
                <option value="">{argument.required ? "Choose…" : `Default (${shownDefault(argument)})`}</option>
              )}
              {choicesOf(argument)?.map((choice) => (
                <option key={JSON.stringify(choice)} value={JSON.stringify(choice)}>
                  {String(choice)}
                </option>
              ))}
            </Select>
          )
        if (isWide)
          return (
            <Textarea
              {...attributes}
              code={control === "json"}
              rows={3}
              value={text}
              onChange={(event) => set(event.target.value)}
              onBlur={touch}
            />
          )
        return (
          <Input
            {...attributes}
            value={text}
            autoComplete="off"
            spellCheck={false}
            inputMode={control === "integer" || control === "number" ? "text" : undefined}
            onChange={(event) => set(event.target.value)}
            onBlur={touch}
          />
        )
      }}
    </Field>
  )
}

/** The text that a fresh form shows for the argument. */
const resetText = (form: FormState, argument: EnvironmentArgument): string => {
  const fresh = withArgumentsJson(declaredArguments(form.target), form.draft.args, "{}").fields
  return Object.hasOwn(fresh, argument.name) ? (fresh[argument.name] ?? "") : ""
}
