import { nameText, stringifyExact } from "@/contract/text/exact-json.ts"
import { sameJson } from "@/lib/json-text.ts"
import { isGiven, plainText, valueText } from "@/lib/run-config/values.ts"
import { argumentValues } from "./arguments/launch-arguments.ts"
import { isEmptyRow, type LaunchField, type LaunchValues, launchFields } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"

/** A value of the form that is not what an earlier run had. */
export interface ChangedField {
  /** The path of its control. */
  field: string
  label: string
  from: string
  to: string
}

/** What of the form differs from an earlier run, in its order. Values of secrets are never in it. */
export function changesFrom(original: LaunchValues, values: LaunchValues, target: LaunchTarget): ChangedField[] {
  return launchFields.flatMap((field): ChangedField[] => {
    if (field.kind === "arguments") return argumentChanges(original, values, target)
    const [from, to] = [original, values].map((of) => (field.kind === "secrets" ? namesOf(of) : of[field.key]))
    if (sameJson(from ?? null, to ?? null) || (!isGiven(from) && !isGiven(to))) return []
    return [{ field: field.key, label: field.label, from: textOf(field, from), to: textOf(field, to) }]
  })
}

function argumentChanges(original: LaunchValues, values: LaunchValues, target: LaunchTarget): ChangedField[] {
  const declared = target.arguments ?? null
  const [before, after] = [argumentValues(declared, original.env_args), argumentValues(declared, values.env_args)]
  const text = (value: unknown): string => (value === undefined ? unset : typeof value === "string" ? value : stringifyExact(value))
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names
    .filter((name) => !sameJson(before[name] ?? null, after[name] ?? null))
    .map((name) => {
      const hasControl = values.env_args.view === "form" && declared?.some((one) => one.name === name)
      return {
        field: hasControl ? `env_args.fields.${name}` : "env_args.json",
        label: nameText(name),
        from: text(before[name]),
        to: text(after[name]),
      }
    })
}

const namesOf = ({ custom_secrets: rows }: LaunchValues): string[] => rows.filter((row) => !isEmptyRow(row)).map(({ name }) => name.trim())

const unset = "–"

function textOf(field: LaunchField, value: unknown): string {
  if (!isGiven(value)) return unset
  if (field.kind === "json") return stringifyExact(value)
  // Text that is no value of the field yet.
  return field.kind !== "secrets" && !field.shape.safeParse(value).success ? String(value) : valueText(field, value) || plainText(value)
}
