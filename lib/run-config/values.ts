import type { FieldKind, RunField } from "@/contract/index.ts"
import { stringifyExact } from "@/contract/text/exact-json.ts"
import { formatCount, formatMoney } from "@/lib/format.ts"
import { isPlainObject } from "@/lib/plain-object.ts"

/** Whether a value says anything: null, empty text, empty lists and empty objects do not. */
export const isGiven = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== "" &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isPlainObject(value) && Object.keys(value).length === 0)

const isText = (value: unknown): boolean => typeof value === "string"
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value)
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

const types: Record<FieldKind, { test: (value: unknown) => boolean; name: string }> = {
  model: { test: isText, name: "text" },
  text: { test: isText, name: "text" },
  select: { test: isText, name: "text" },
  whole: { test: Number.isSafeInteger, name: "a whole number" },
  decimal: { test: isNumber, name: "a number" },
  money: { test: isNumber, name: "a number" },
  switch: { test: (value) => typeof value === "boolean", name: "true or false" },
  json: { test: isPlainObject, name: "a table of names and values" },
  arguments: { test: isPlainObject, name: "a table of names and values" },
  secrets: { test: isPlainObject, name: "a table of names and values" },
  names: { test: isTexts, name: "a list of texts" },
  headers: { test: isTexts, name: "a list of texts" },
}

/** Whether a value has the type of a field's kind, whatever its limits. */
export const hasType = (kind: FieldKind, value: unknown): boolean => types[kind].test(value)

/** The type of a kind in words: "a whole number". */
export const typeName = (kind: FieldKind): string => types[kind].name

/** A value for people to read. Secrets and the values of headers are never in it. */
export function valueText(field: Pick<RunField, "kind" | "unit" | "options">, value: unknown): string {
  switch (field.kind) {
    case "secrets":
      return (isPlainObject(value) ? Object.keys(value) : Array.isArray(value) ? value.map(String) : [])
        .map((name) => `$${name}`)
        .join(", ")
    case "headers":
      return Array.isArray(value) ? value.map((line) => `${String(line).split(":")[0]}: …`).join(", ") : "…"
    case "money":
      return typeof value === "number" ? formatMoney(value) : plainText(value)
    case "whole": {
      if (typeof value !== "number") return plainText(value)
      // The only negative number that a field accepts means "all".
      const count = value < 0 ? "all" : formatCount(value)
      return field.unit ? `${count} ${field.unit}` : count
    }
    case "select":
      return field.options?.find((option) => option.value === value)?.label ?? plainText(value)
    default:
      return plainText(value)
  }
}

/** A value of which nothing is known but itself. */
export function plainText(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no"
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join(", ")
  return typeof value === "object" ? stringifyExact(value, 2) : String(value)
}
