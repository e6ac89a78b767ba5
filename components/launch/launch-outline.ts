import type { RunFieldKey, SectionId } from "@/contract/index.ts"
import { permissions } from "@/contract/permissions.ts"
import { runFields } from "@/contract/run-config.ts"
import type { PlannedSize } from "@/contract/statistics/planned-size.ts"
import { nameText, stringifyExact } from "@/contract/text/exact-json.ts"
import { counted, formatCount } from "@/lib/format.ts"
import { isGiven, plainText, valueText } from "@/lib/run-config/values.ts"
import { argumentValues } from "./arguments/launch-arguments.ts"
import type { LaunchField, LaunchValues } from "./launch-schema.ts"
import { isEmptyRow, launchFields } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"

export interface LaunchOutline {
  /** "50 examples × 4 rollouts = 200 rollouts with demo/scholar"; null while the numbers are wrong. */
  sentence: string | null
  /** Of the run with each model; null while that is not known. */
  rollouts: number | null
  size: PlannedSize | null
  /** How many examples there are, where that is known. */
  most: number | null
  /** A remark about the number of examples. */
  note: string | null
}

const sizeOf = ({ num_examples: examples, rollouts_per_example: rollouts }: LaunchValues) => {
  const field = runFields.num_examples
  const wanted = field.shape.safeParse(examples)
  const each = runFields.rollouts_per_example.shape.safeParse(rollouts)
  return wanted.success && each.success && field.launchable(wanted.data) ? { wanted: wanted.data, each: each.data } : null
}

/**
 * How much will run.
 * @param known how many examples there are with the arguments of the form, where an earlier run found out
 */
export function outlineOf(values: LaunchValues, target: LaunchTarget, models: readonly string[], known?: number | null): LaunchOutline {
  const asked = sizeOf(values)
  if (!asked) return { sentence: null, rollouts: null, size: null, most: null, note: null }
  const { wanted, each } = asked
  const hasArguments = Object.keys(argumentValues(target.arguments ?? null, values.env_args)).length > 0
  const withDefaults = target.dataset_size ?? null
  const size = hasArguments ? (known ?? null) : (withDefaults ?? known ?? null)
  const isAll = wanted < 0 || (size !== null && wanted >= size)
  const examples = isAll ? size : wanted
  const product = examples === null ? null : examples * each
  const total = product !== null && Number.isSafeInteger(product) ? product : null
  const left = examples === null ? "all examples" : `${isAll ? "all " : ""}${counted(examples, "example")}`
  return {
    sentence: `${left} × ${counted(each, "rollout")}${total === null ? " each" : ` = ${counted(total, "rollout")}`} with ${models.length > 1 ? `each of ${models.length} models` : models[0]}`,
    rollouts: total,
    size: examples === null ? null : { examples, rollouts: each },
    most: size,
    note: noteOn(wanted, size, hasArguments ? withDefaults : null),
  }
}

/** @param withDefaults how many examples there are with the default arguments, where others are given */
function noteOn(wanted: number, size: number | null, withDefaults: number | null): string | null {
  if (size !== null) return wanted > size ? `${formatCount(size)} of ${formatCount(wanted)} examples exist.` : null
  if (withDefaults !== null && (wanted < 0 || wanted > withDefaults))
    return `${counted(withDefaults, "example")} with the default arguments; yours may change that.`
  return wanted < 0 ? "The number of examples is not known before the run has loaded the environment." : null
}

export interface LaunchDifference {
  label: string
  value: string
}

/** Shown elsewhere in the summary. */
const shownElsewhere: readonly RunFieldKey[] = ["name", "num_examples", "rollouts_per_example", "timeout_minutes"]

const itemsOf = (values: object, prefix: string): LaunchDifference[] =>
  Object.entries(values).map(([name, value]) => ({
    label: `${prefix}${nameText(name)}`,
    value: typeof value === "string" && value !== "" ? value : stringifyExact(value),
  }))

/** How the run differs from one with nothing but a model chosen. Values of secrets are never in it. */
export function differencesOf(values: LaunchValues, target: LaunchTarget): LaunchDifference[] {
  const granted = permissions.filter(({ field }) => values[field as keyof LaunchValues] === true)
  const found = launchFields.flatMap((field): LaunchDifference[] => {
    if (field.permission) {
      // One entry for all of them, at the position of the first.
      const isFirst = field.key === granted[0]?.field
      return isFirst ? [{ label: "May use", value: granted.map(({ what }) => what).join(", ") }] : []
    }
    return shownElsewhere.includes(field.key) ? [] : differencesIn(field, values, target)
  })
  return found
}

function differencesIn(field: LaunchField, values: LaunchValues, target: LaunchTarget): LaunchDifference[] {
  if (field.kind === "arguments") return itemsOf(argumentValues(target.arguments ?? null, values.env_args), "")
  if (field.kind === "secrets") {
    const names = values.custom_secrets.filter((row) => !isEmptyRow(row)).map(({ name }) => name.trim() || "(no name yet)")
    return names.length > 0 ? [{ label: field.label, value: names.join(", ") }] : []
  }
  const value = values[field.key]
  if (!isGiven(value) || value === field.default || !field.shape.safeParse(value).success) return []
  if (field.key === "sampling_args") return itemsOf(value as object, "sampling: ")
  return [{ label: field.label, value: field.kind === "json" ? stringifyExact(value) : valueText(field, value) || plainText(value) }]
}

/** What is set of a section's fields, in words: the permissions that are granted, other values beside their labels. */
export const setFields = (values: LaunchValues, section: SectionId): string[] =>
  launchFields
    .filter((field) => field.section === section)
    .flatMap((field) => {
      const value = values[field.key]
      if (field.permission) return value === true ? [field.label] : []
      if (!isGiven(value) || value === field.default) return []
      return [`${field.label} ${valueText(field, value) || plainText(value)}`]
    })

/** "2 h 30 min"; null while the timeout is wrong. */
export function timeoutText({ timeout_minutes: value }: LaunchValues): string | null {
  if (value === null) return "the platform's limit"
  const parsed = runFields.timeout_minutes.shape.safeParse(value)
  if (!parsed.success) return null
  const minutes = parsed.data
  return minutes % 60 === 0 ? counted(minutes / 60, "hour") : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
