import { TomlDate } from "smol-toml"
import type { RunField, RunFieldKey } from "@/contract/index.ts"
import { runFieldList } from "@/contract/run-config.ts"
import { plainNumbers } from "@/contract/text/exact-json.ts"
import { isPlainObject } from "@/lib/plain-object.ts"
import { hasType, typeName } from "@/lib/run-config/values.ts"
import type { LaunchTarget } from "../launch-target.ts"

export type Field = RunField & { key: RunFieldKey }

/** One run that a text describes. */
export interface ReadRun {
  /** As written: owner/name, a bare name or an id; null when the text names none. */
  environment: string | null
  model: string | null
  name: string | null
  /** The eval_config of a request. */
  config: Record<string, unknown>
  /** What could not be used, in sentences. */
  notes: string[]
}

export type Reading = { ok: true; runs: ReadRun[] } | { ok: false; message: string }

/** A value as the text has it, not validated yet. */
export interface Setting {
  field: Field
  /** What the text calls the field. */
  name: string
  value: unknown
}

/** What the CLI sends for fields that neither the command nor the file has. */
export const cliDefaults: Record<string, unknown> = Object.fromEntries(
  runFieldList.flatMap(({ key, cli }) => (cli?.default === undefined ? [] : [[key, cli.default]])),
)

export const noMeaning = (name: string): string => `${name} has no meaning for a hosted run here and was left out.`

/**
 * Puts settings together as a run. Values of a wrong type are left out, with a note.
 * @param notes what was already left out
 */
export function toReadRun(environment: unknown, settings: readonly Setting[], defaults: object, notes: string[]): ReadRun {
  const config: Record<string, unknown> = { ...defaults }
  const request: Partial<Record<RunFieldKey, string>> = {}
  const sampling: Record<string, unknown> = {}
  for (const { field, name, value: written } of settings) {
    if (written === undefined || written === null) continue
    const value = field.kind === "arguments" || field.kind === "json" ? written : plainNumbers(written)
    if (!hasType(field.kind, value)) notes.push(`${name} is not ${typeName(field.kind)} and was left out.`)
    else if (hasDate(value)) notes.push(`${name} holds a date, which JSON does not have; it was left out.`)
    else if (hasNonFinite(value)) notes.push(`${name} holds nan or inf, which JSON does not have; it was left out.`)
    else if (field.in === "request") request[field.key] = value as string
    else if (field.in === "sampling_args") sampling[field.key] = value
    else config[field.key] = value
  }
  if (Object.keys(sampling).length > 0)
    config.sampling_args = { ...sampling, ...(isPlainObject(config.sampling_args) ? config.sampling_args : {}) }
  return {
    environment: typeof environment === "string" && environment !== "" ? environment : null,
    model: request.inference_model ?? null,
    name: request.name ?? null,
    config,
    notes,
  }
}

const hasDate = (value: unknown): boolean =>
  value instanceof TomlDate ||
  (Array.isArray(value) && value.some(hasDate)) ||
  (isPlainObject(value) && !(value instanceof TomlDate) && Object.values(value).some(hasDate))

const hasNonFinite = (value: unknown): boolean =>
  typeof value === "number"
    ? !Number.isFinite(value)
    : Array.isArray(value)
      ? value.some(hasNonFinite)
      : isPlainObject(value) && Object.values(value).some(hasNonFinite)

/** Whether a text's environment is this one; a version behind it does not matter. */
export function namesTarget(environment: string | null, target: LaunchTarget): boolean {
  if (environment === null) return true
  const [slug = ""] = environment.split("@")
  return slug === target.id || slug === target.name || slug.toLowerCase() === `${target.owner.name}/${target.name}`.toLowerCase()
}
