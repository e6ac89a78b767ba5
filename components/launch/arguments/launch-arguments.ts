import type { EnvironmentArgument } from "@/contract/index.ts"
import { exactText, isJsonNumber, nameText, numberOf, stringifyExact } from "@/contract/text/exact-json.ts"
import { describeMistake, readJson, readJsonObject, sameJson } from "@/lib/json-text.ts"

/**
 * Arguments of an environment while they are edited: a control per declared argument, or all of them as JSON.
 * Both hold the same values for as long as the JSON can be read; what no control can show is kept in `extras`.
 */
export interface ArgumentsDraft {
  view: "form" | "json"
  fields: Record<string, string>
  extras: Record<string, unknown>
  json: string
}

/** Null while the declared arguments are unknown: the environment's check has not loaded it yet. */
export type DeclaredArguments = readonly EnvironmentArgument[] | null

export type ArgumentControl = "text" | "multiline" | "integer" | "number" | "switch" | "select" | "json"

export interface ArgumentProblem {
  /** Null: the JSON as a whole. */
  name: string | null
  message: string
}

const own = <T>(values: Record<string, T>, name: string): T | undefined => (Object.hasOwn(values, name) ? values[name] : undefined)

/** What a select offers: the declared choices, or true and false for a boolean without a default. Null for other controls. */
export function choicesOf(argument: EnvironmentArgument): readonly (string | number | boolean)[] | null {
  if (argument.choices && argument.choices.length > 0) return argument.choices
  return argument.type === "boolean" && typeof argument.default !== "boolean" ? [true, false] : null
}

export function controlOf(argument: EnvironmentArgument, text = ""): ArgumentControl {
  if (choicesOf(argument)) return "select"
  if (argument.type === "boolean") return "switch"
  if (argument.type === "string") return text.includes("\n") || String(argument.default ?? "").includes("\n") ? "multiline" : "text"
  return argument.type
}

/** The text that shows this value in the argument's control; null when the control cannot show it. */
function textOf(argument: EnvironmentArgument, value: unknown): string | null {
  const choices = choicesOf(argument)
  if (choices) return choices.some((choice) => sameJson(choice, value)) ? stringifyExact(value) : null
  switch (argument.type) {
    case "string":
      return typeof value === "string" ? value : null
    case "integer":
      return Number.isInteger(value) ? String(value) : wholeText(value)
    case "number":
      return typeof value === "number" ? String(value) : exactText(value)
    case "boolean":
      return typeof value === "boolean" ? String(value) : null
    case "json":
      return value === null || value === undefined ? null : stringifyExact(value, 2)
  }
}

/** The text that a fresh form shows for the argument. */
export const defaultText = (argument: EnvironmentArgument): string => (argument.required ? "" : (textOf(argument, argument.default) ?? ""))

/** The text of a whole number with more digits than a double has. */
const wholeText = (value: unknown): string | null => {
  const text = exactText(value)
  return text !== null && /^-?\d+$/.test(text) ? text : null
}

type FieldReading = { kind: "value"; value: unknown } | { kind: "default" } | { kind: "wrong"; message: string }

function readField(argument: EnvironmentArgument, text: string): FieldReading {
  if (!argument.required && text === defaultText(argument)) return { kind: "default" }
  const choices = choicesOf(argument)
  const isText = argument.type === "string" && !choices
  if (!isText && text.trim() === "") return argument.required ? { kind: "wrong", message: "A value is required." } : { kind: "default" }
  if (choices) {
    const choice = choices.find((one) => stringifyExact(one) === text)
    return choice === undefined ? { kind: "wrong", message: "Choose one of the values." } : { kind: "value", value: choice }
  }
  switch (argument.type) {
    case "string":
      return text === "" && argument.required ? { kind: "wrong", message: "A value is required." } : { kind: "value", value: text }
    case "boolean":
      return { kind: "value", value: text === "true" }
    case "integer": {
      const digits = /^([-−]?)\+?0*(\d+)$/.exec(text.trim())
      return digits
        ? { kind: "value", value: numberOf(`${digits[1] && "-"}${digits[2]}`) }
        : { kind: "wrong", message: "A whole number is expected." }
    }
    case "number": {
      const written = text.trim().replace("−", "-")
      const value = Number(written)
      if (!Number.isFinite(value) || !/\d/.test(text) || /x/i.test(text)) return { kind: "wrong", message: "A number is expected." }
      // What JSON would not write, such as .5 or +1, is written as JSON does.
      return { kind: "value", value: isJsonNumber(written) ? numberOf(written) : value }
    }
    case "json": {
      const reading = readJson(text)
      return reading.ok ? { kind: "value", value: reading.value } : { kind: "wrong", message: describeMistake(reading) }
    }
  }
}

/** There is a form only for declared arguments; otherwise JSON is the only way. */
export const argumentsView = (declared: DeclaredArguments, draft: ArgumentsDraft): "form" | "json" =>
  declared === null || declared.length === 0 ? "json" : draft.view

/** A draft that shows these values. */
export function argumentsFrom(
  declared: DeclaredArguments,
  values: Record<string, unknown>,
  view: "form" | "json" = "form",
): ArgumentsDraft {
  const fields: Record<string, string> = {}
  const extras: Record<string, unknown> = { ...values }
  for (const argument of declared ?? []) {
    const text = Object.hasOwn(values, argument.name) ? textOf(argument, values[argument.name]) : null
    const isDefault =
      !argument.required && Object.hasOwn(values, argument.name) && sameJson(values[argument.name], argument.default ?? null)
    fields[argument.name] = text ?? defaultText(argument)
    if (text !== null || isDefault) delete extras[argument.name]
  }
  const draft: ArgumentsDraft = { view, fields, extras, json: "" }
  return { ...draft, json: jsonOf(argumentValues(declared, draft)) }
}

const jsonOf = (values: Record<string, unknown>): string => (Object.keys(values).length === 0 ? "" : stringifyExact(values, 2))

/** The values to send: only those that differ from the defaults. Invalid fields are left out; argumentProblems reports them. */
export function argumentValues(declared: DeclaredArguments, draft: ArgumentsDraft): Record<string, unknown> {
  const values: [string, unknown][] = []
  for (const argument of declared ?? []) {
    if (Object.hasOwn(draft.extras, argument.name)) continue
    const reading = readField(argument, own(draft.fields, argument.name) ?? defaultText(argument))
    if (reading.kind === "value" && (argument.required || !sameJson(reading.value, argument.default ?? null)))
      values.push([argument.name, reading.value])
  }
  return Object.fromEntries([...values, ...Object.entries(draft.extras)])
}

/** One control was changed; the JSON follows. */
export function withArgument(declared: DeclaredArguments, draft: ArgumentsDraft, name: string, text: string): ArgumentsDraft {
  const { [name]: _, ...extras } = draft.extras
  const next = { ...draft, fields: { ...draft.fields, [name]: text }, extras }
  return { ...next, json: jsonOf(argumentValues(declared, next)) }
}

/** The JSON was changed; the controls follow as soon as it can be parsed. */
export function withArgumentsJson(declared: DeclaredArguments, draft: ArgumentsDraft, json: string): ArgumentsDraft {
  const reading = readJsonObject(json)
  return reading.ok ? { ...argumentsFrom(declared, reading.value, draft.view), json } : { ...draft, json }
}

/** Switches to the other view. JSON that cannot be parsed has no form: then the draft stays as it is. */
export function withArgumentsView(declared: DeclaredArguments, draft: ArgumentsDraft, view: "form" | "json"): ArgumentsDraft {
  if (view === "form" && !readJsonObject(draft.json).ok) return draft
  return { ...draft, view, json: view === "json" ? jsonOf(argumentValues(declared, draft)) : draft.json }
}

/** Keeps what still fits when the environment declares other arguments than when the draft was made. */
export function refitArguments(declared: DeclaredArguments, draft: ArgumentsDraft): ArgumentsDraft {
  const reading = readJsonObject(draft.json)
  if (draft.view === "json" && !reading.ok) return draft
  const fresh = argumentsFrom(declared, reading.ok ? reading.value : {}, draft.view)
  if (draft.view === "json") return { ...fresh, json: draft.json }
  // Invalid texts are not in the JSON; they are kept, too.
  for (const argument of declared ?? []) {
    const text = own(draft.fields, argument.name)
    if (text !== undefined && readField(argument, text).kind === "wrong") fresh.fields[argument.name] = text
  }
  return fresh
}

export function argumentProblems(declared: DeclaredArguments, draft: ArgumentsDraft): ArgumentProblem[] {
  if (argumentsView(declared, draft) === "json") {
    const reading = readJsonObject(draft.json)
    if (!reading.ok) return [{ name: null, message: describeMistake(reading) }]
    const missing = (declared ?? []).filter((argument) => argument.required && !Object.hasOwn(reading.value, argument.name))
    return missing.length === 0
      ? []
      : [{ name: null, message: `${missing.map((argument) => `"${argument.name}"`).join(", ")} must be given: there is no default.` }]
  }
  return (declared ?? []).flatMap((argument) => {
    if (Object.hasOwn(draft.extras, argument.name)) return []
    const reading = readField(argument, own(draft.fields, argument.name) ?? defaultText(argument))
    return reading.kind === "wrong" ? [{ name: argument.name, message: reading.message }] : []
  })
}

/** Names in the JSON that the environment does not declare: load_environment() may refuse them. */
export const undeclaredNames = (declared: DeclaredArguments, draft: ArgumentsDraft): string[] =>
  declared === null
    ? []
    : Object.keys(draft.extras)
        .map(nameText)
        .filter((name) => !declared.some((argument) => argument.name === name))
