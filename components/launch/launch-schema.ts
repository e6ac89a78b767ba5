import { zodResolver } from "@hookform/resolvers/zod"
import * as z from "zod"
import type { RunField, RunFieldKey } from "@/contract/index.ts"
import { limits } from "@/contract/limits.ts"
import { SecretName } from "@/contract/named-values.ts"
import { secretRules } from "@/contract/run-config/custom-secrets.ts"
import { runFieldList, runFields } from "@/contract/run-config.ts"
import { describeMistake, readJsonObject } from "@/lib/json-text.ts"
import { type ArgumentsDraft, argumentProblems } from "./arguments/launch-arguments.ts"
import type { LaunchTarget } from "./launch-target.ts"

export interface SecretRow {
  name: string
  value: string
}

type Fields = typeof runFields
/** Fields with a control of their own kind, whose state is more than the value. */
type Composed = { env_args: ArgumentsDraft; custom_secrets: SecretRow[] }
/** Fields with a control in the form: the model is chosen in the step before. */
export type LaunchFieldKey = Exclude<RunFieldKey, "inference_model">

/** The form's values: the schema's input. Text that is not a valid value stays until it is corrected. */
export type LaunchValues = { [Key in Exclude<LaunchFieldKey, keyof Composed>]: z.input<Fields[Key]["shape"]> | null } & Composed

export type LaunchField = RunField & { key: LaunchFieldKey }

export const launchFields = runFieldList.filter((field): field is LaunchField => field.key !== "inference_model")

/** The shape of a launch: the wire's, and what the field demands of launches beyond that. */
function shapeOf({ shape, launchable, rule, required }: RunField): z.ZodType {
  const strict = launchable ? shape.refine((value) => launchable(value as never), rule) : shape
  return required ? strict : strict.nullish()
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** Rows in which nothing was entered do not count. */
export const isEmptyRow = ({ name, value }: SecretRow): boolean => name.trim() === "" && value === ""

const secretRows = z.custom<SecretRow[]>().superRefine((rows, context) => {
  const add = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message })
  if (rows.filter((row) => !isEmptyRow(row)).length > limits.secretsMax) add([], secretRules.count)
  const seen = new Set<string>()
  for (const [i, row] of rows.entries()) {
    if (isEmptyRow(row)) continue
    const name = row.name.trim()
    const refused = SecretName.safeParse(name).error?.issues[0]?.message
    if (refused) add([i, "name"], refused)
    else if (seen.has(name)) add([i, "name"], `There are two secrets named ${name}.`)
    if (row.value === "" || bytesOf(row.value) > limits.secretValueBytesMax) add([i, "value"], secretRules.value)
    seen.add(name)
  }
})

const argumentsShape = ({ arguments: declared }: LaunchTarget) =>
  z.custom<ArgumentsDraft>().superRefine((draft, context) => {
    for (const { name, message } of argumentProblems(declared ?? null, draft))
      context.addIssue({ code: "custom", path: name === null ? ["json"] : ["fields", name], message })
  })

/** The schema of the form for an environment: the rows of the contract, with the state of the two composed controls. */
export function launchSchema(target: LaunchTarget) {
  const shapes = Object.fromEntries(launchFields.map((field) => [field.key, shapeOf(field)]))
  return z.object({ ...shapes, env_args: argumentsShape(target), custom_secrets: secretRows }).refine(
    (values) => {
      const { api_key_var: name, custom_secrets: secrets } = values as unknown as LaunchValues
      return !name || secrets.some((secret) => secret.name.trim() === name)
    },
    { path: ["api_key_var"], message: runFields.api_key_var.rule, when: () => true },
  ) as unknown as z.ZodType<LaunchValues, LaunchValues>
}

/** JSON that cannot be read is still text: the message says where it is wrong. */
const jsonMistake: z.core.$ZodErrorMap = ({ code, input }) => {
  if (code !== "invalid_type" || typeof input !== "string") return undefined
  const reading = readJsonObject(input)
  return reading.ok ? undefined : describeMistake(reading)
}

export const launchResolver = (target: LaunchTarget) => zodResolver(launchSchema(target), { error: jsonMistake }, { raw: true })

export interface LaunchProblem {
  /** The path of the value in the form; "" for the form as a whole. */
  field: string
  message: string
}

/** All problems, in the order of the form. */
export function checkValues(values: LaunchValues, target: LaunchTarget): LaunchProblem[] {
  const issues = launchSchema(target).safeParse(values, { error: jsonMistake }).error?.issues ?? []
  return inFormOrder(issues.map(({ path, message }) => ({ field: path.join("."), message })))
}

const order: string[] = runFieldList.map(({ key }) => key)
const positionOf = ({ field }: LaunchProblem): number => order.indexOf(field.split(".")[0] ?? "")

export const inFormOrder = <Problem extends LaunchProblem>(problems: Problem[]): Problem[] =>
  problems.toSorted((a, b) => positionOf(a) - positionOf(b))
