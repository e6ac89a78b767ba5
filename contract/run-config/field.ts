import * as z from "zod"

/** What kind of value a field holds: it decides the control in the form, and how the value is written as text. */
export type FieldKind =
  | "model"
  | "text"
  | "whole"
  | "decimal"
  | "money"
  | "switch"
  | "select"
  | "json"
  | "arguments"
  | "names"
  | "headers"
  | "secrets"

/** The parts of the launch form, in its order. */
export type SectionId =
  | "model"
  | "size"
  | "arguments"
  | "sampling"
  | "permissions"
  | "stopping"
  | "limits"
  | "compute"
  | "budget"
  | "scoring"
  | "parameters"
  | "endpoint"
  | "secrets"

/** One field of a run. Everything particular to a field is in its row; the row's key is the field's name on the wire. */
export interface RunField<S extends z.ZodType = z.ZodType> {
  kind: FieldKind
  /** The value with its limits: what the API, the form and the runner's job accept. */
  shape: S
  /** The limits as a sentence: the hint at the control before a mistake, the message after it. */
  rule?: string
  /** A stricter check for launches only; uploaded runs and other clients may hold more. Its message is the rule. */
  launchable?: (value: never) => boolean
  /** A field that every configuration must have. */
  required?: true
  /** Where the value is on the wire, if not in eval_config itself. */
  in?: "request" | "sampling_args"
  /** What a run does without the field, and what the form starts with. */
  default?: string | number | boolean
  label: string
  /** Of the number, such as "minutes". */
  unit?: string
  help?: string
  placeholder?: string
  /** Marks a control that may stay empty where others in its section may not. */
  optional?: true
  /** Takes the whole width of its section. */
  wide?: true
  /** Values of a select in words; its shape may accept more. */
  options?: readonly { value: string; label: string }[]
  section: SectionId
  /** Flags of `prime eval run --hosted`. Without them it is an extension of this platform, which neither a command nor TOML can express. */
  cli?: {
    long: `--${string}`
    short?: `-${string}`
    /** What the CLI sends when neither the command nor the file has the field. */
    default?: string | number | boolean
  }
  /** Its key in a TOML file of the CLI, where that differs. */
  toml?: string
  /** Part of the runner's job file, under the same name. */
  job?: true
  /** A link may change it. Never where requests go, or with which key: only a person may change that. */
  changeable?: true
  /** What this switch lets the run's code use. */
  permission?: RunPermission
  /** In the OpenAPI document. */
  description?: string
}

export interface RunPermission {
  /** As endpoints, run tokens and refusals name it. */
  name: string
  /** What it is for, in the plural: "sandboxes". */
  what: string
  /** Found in an error message that is about this permission. */
  mentioned: RegExp
}

interface Bounds {
  min: number
  max?: number
}

const grouped = (value: number): string => (value >= 10_000 ? value.toLocaleString("en-US") : String(value))

const bounded = ({ min, max }: Bounds): string =>
  max === undefined || max === Number.MAX_SAFE_INTEGER ? `of at least ${grouped(min)}` : `from ${grouped(min)} to ${grouped(max)}`

export const whole = ({ min, max = Number.MAX_SAFE_INTEGER }: Bounds, rule?: string) => {
  const sentence = rule ?? `A whole number ${bounded({ min, max })}.`
  return { kind: "whole", rule: sentence, shape: z.int(sentence).min(min, sentence).max(max, sentence) } as const
}

export const decimal = (bounds: Bounds, sentence?: string) => {
  const rule = sentence ?? `A number ${bounded(bounds)}.`
  const shape = z.number(rule).min(bounds.min, rule)
  return { kind: "decimal", rule, shape: bounds.max === undefined ? shape : shape.max(bounds.max, rule) } as const
}

/** US dollars, more than none. */
export const money = (max: number) => {
  const rule = `US dollars: a number above 0, at most ${max.toLocaleString("en-US")}.`
  return { kind: "money", rule, shape: z.number(rule).positive(rule).max(max, rule) } as const
}

export const text = (max?: number) => {
  if (max === undefined) return { kind: "text", shape: z.string() } as const
  const rule = `At most ${max} characters.`
  return { kind: "text", rule, shape: z.string().trim().min(1, rule).max(max, rule) } as const
}

export const toggle = { kind: "switch", shape: z.boolean(), default: false } as const
