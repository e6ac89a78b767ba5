import { runField } from "@/contract/run-config.ts"
import type { FieldProblem } from "@/lib/api/error.ts"
import { inFormOrder, type LaunchProblem, type LaunchValues } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"

/** The element of a form's value, by the value's path. */
export const fieldId = (field: string): string => `launch-${field}`

/** Focuses the control of a value, or the list of problems when the problem belongs to no control. */
export function focusField(field: string): void {
  // Arguments shown as a form have one control each, not one together.
  const control =
    field === "" ? null : (document.getElementById(fieldId(field)) ?? document.querySelector<HTMLElement>(`[id^="${fieldId(field)}."]`))
  const target = control ?? document.getElementById("launch-problems")
  const folded = target?.closest("details")
  if (folded) folded.open = true
  target?.focus()
  target?.scrollIntoView({ block: "nearest" })
}

const isNode = (value: unknown): value is object => typeof value === "object" && value !== null

/** The type of errors that came back from the platform: changing another field does not settle them. */
export const refusalType = "refused"

interface FoundProblem extends LaunchProblem {
  isRefusal: boolean
}

/** The problems of react-hook-form's tree of errors, in the order of the form. */
export function problemsIn(errors: object): FoundProblem[] {
  const walk = (node: object, path: string[]): FoundProblem[] => {
    const message = "message" in node && typeof node.message === "string" ? node.message : null
    const isRefusal = "type" in node && node.type === refusalType
    if (message !== null) return [{ field: path.filter((part) => part !== "root").join("."), message, isRefusal }]
    return Object.entries(node).flatMap(([name, inner]) => (isNode(inner) && name !== "ref" ? walk(inner, [...path, name]) : []))
  }
  return inFormOrder(walk(errors, []))
}

/** The message at a control, whose value may be a list with a mistake somewhere inside. */
export const messageIn = (error: unknown): string | undefined => (isNode(error) ? problemsIn(error)[0]?.message : undefined)

/** The label of what a problem is about. */
export function problemName(field: string): string {
  const [key = "", ...rest] = field.split(".")
  if (key === "env_args" && rest[0] === "fields") return rest.slice(1).join(".")
  return runField(key)?.label ?? key
}

/** The platform's problems by the form values they concern; those of other fields name the field in the message. */
export function placeProblems(problems: readonly FieldProblem[], values: LaunchValues, target: LaunchTarget): LaunchProblem[] {
  return problems.map(({ field, message }) => {
    const [first = "", ...rest] = field.split(".")
    // The message names the model.
    if (first === "inference_models") return { field: "inference_model", message }
    const row = first === "eval_config" ? runField(rest.shift() ?? "") : runField(first)
    if (!row || (first === "eval_config") !== (row.in === undefined))
      return { field: "", message: field ? `${field}: ${message}` : message }
    const inner = rest.join(".")
    const secret = row.kind === "secrets" ? values.custom_secrets.findIndex(({ name }) => name.trim() === inner) : -1
    if (secret >= 0) return { field: `${row.key}.${secret}.${/value|byte|large|long/i.test(message) ? "value" : "name"}`, message }
    if (row.kind === "arguments") {
      if (values.env_args.view === "form" && target.arguments?.some(({ name }) => name === inner))
        return { field: `${row.key}.fields.${inner}`, message }
      return { field: `${row.key}.json`, message: inner === "" ? message : `${inner}: ${message}` }
    }
    return { field: row.key, message: inner === "" ? message : `${inner}: ${message}` }
  })
}
