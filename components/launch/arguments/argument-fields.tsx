"use client"

import { useController, useFormContext } from "react-hook-form"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { cn } from "@/components/ui/cn.ts"
import { Field } from "@/components/ui/form/field.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import type { ActionStatus } from "@/contract/index.ts"
import { describeMistake, readJsonObject } from "@/lib/json-text.ts"
import { fieldId } from "../launch-problems.ts"
import type { LaunchValues } from "../launch-schema.ts"
import type { LaunchTarget } from "../launch-target.ts"
import { ArgumentField } from "./argument-field.tsx"
import { undeclaredNames } from "./launch-arguments.ts"
import { type ArgumentsState, useArguments } from "./use-arguments.ts"

interface ArgumentFieldsProps {
  target: LaunchTarget
  checkStatus: ActionStatus | null
}

/** The arguments of load_environment(): a control per declared argument, or JSON; both always have the same values. */
export function ArgumentFields({ target, checkStatus }: ArgumentFieldsProps) {
  const { trigger } = useFormContext<LaunchValues>()
  const state = useArguments(target)
  const { declared, view } = state
  const hasForm = declared !== null && declared.length > 0
  const show = (wanted: "form" | "json") => {
    if (wanted === "form" && !readJsonObject(state.draft.json).ok) {
      void trigger("env_args.json")
      document.getElementById(fieldId("env_args.json"))?.focus()
      return
    }
    state.setView(wanted)
  }
  return (
    <Card aria-labelledby="launch-arguments">
      <CardHeader
        id="launch-arguments"
        level={3}
        title="Environment arguments"
        action={
          hasForm && (
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
          )
        }
      />
      <CardBody className="flex flex-col gap-4">
        {declared === null && <p className="text-muted-foreground text-sm">{unknownText(checkStatus)}</p>}
        {declared?.length === 0 && <p className="text-muted-foreground text-sm">load_environment() declares no arguments.</p>}
        {view === "json" ? (
          <ArgumentsJson state={state} />
        ) : (
          <>
            <p className="text-muted-foreground text-xs">Only what differs from the defaults is sent.</p>
            <div className="grid grid-cols-1 gap-x-4 gap-y-4 md:grid-cols-2">
              {declared?.map((argument) => (
                <ArgumentField key={argument.name} state={state} argument={argument} />
              ))}
            </div>
            <Undeclared state={state} onShow={() => show("json")} />
          </>
        )}
      </CardBody>
    </Card>
  )
}

const unknownText = (checkStatus: ActionStatus | null): string => {
  if (checkStatus === "PENDING" || checkStatus === "RUNNING")
    return "The environment's arguments are known once its check has ended; until then they can be given as JSON."
  return checkStatus === "FAILED"
    ? "The check of this version failed, so its arguments are not known. They can be given as JSON."
    : "The environment's arguments are not known. They can be given as JSON."
}

function ArgumentsJson({ state: { declared, draft, setJson } }: { state: ArgumentsState }) {
  const { field, fieldState } = useController<LaunchValues, "env_args.json">({ name: "env_args.json" })
  const reading = readJsonObject(draft.json)
  const unknown = undeclaredNames(declared, draft)
  return (
    <Field
      id={fieldId("env_args.json")}
      label="Arguments as JSON"
      // Where the JSON is wrong is shown while typing, not only afterwards.
      error={fieldState.error?.message ?? (reading.ok ? undefined : describeMistake(reading))}
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
          value={draft.json}
          onChange={(event) => setJson(event.target.value)}
          onBlur={field.onBlur}
        />
      )}
    </Field>
  )
}

/** Values that came in as JSON and that no control can show. */
function Undeclared({ state, onShow }: { state: ArgumentsState; onShow: () => void }) {
  const unknown = undeclaredNames(state.declared, state.draft)
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
