"use client"

import { type FieldPath, useFormContext, useWatch } from "react-hook-form"
import type { LaunchValues } from "../launch-schema.ts"
import type { LaunchTarget } from "../launch-target.ts"
import {
  type ArgumentsDraft,
  argumentsView,
  type DeclaredArguments,
  withArgument,
  withArgumentsJson,
  withArgumentsView,
} from "./launch-arguments.ts"

export interface ArgumentsState {
  declared: DeclaredArguments
  draft: ArgumentsDraft
  view: "form" | "json"
  setArgument: (name: string, text: string) => void
  setJson: (json: string) => void
  setView: (view: "form" | "json") => void
}

/** The arguments in the state of the form: a change of one control changes the JSON, and the other way round. */
export function useArguments(target: LaunchTarget): ArgumentsState {
  const { setValue, trigger, getFieldState, formState } = useFormContext<LaunchValues>()
  const draft = useWatch<LaunchValues, "env_args">({ name: "env_args" }) as ArgumentsDraft
  const declared = target.arguments ?? null
  const { isSubmitted } = formState
  const set = (next: ArgumentsDraft, changed: FieldPath<LaunchValues>) => {
    setValue("env_args", next)
    if (isSubmitted || getFieldState(changed).isTouched) void trigger(changed)
  }
  return {
    declared,
    draft,
    view: argumentsView(declared, draft),
    setArgument: (name, text) => set(withArgument(declared, draft, name, text), `env_args.fields.${name}`),
    setJson: (json) => set(withArgumentsJson(declared, draft, json), "env_args.json"),
    // The other view has other problems.
    setView: (view) => set(withArgumentsView(declared, draft, view), "env_args"),
  }
}
