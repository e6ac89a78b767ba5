import type { FieldKind } from "@/contract/index.ts"
import { stringifyExact } from "@/contract/text/exact-json.ts"
import { readJsonObject } from "@/lib/json-text.ts"
import { isPlainObject } from "@/lib/plain-object.ts"

const listOf = (text: string, separator: RegExp): string[] | null => {
  const found = text
    .split(separator)
    .map((one) => one.trim())
    .filter((one) => one !== "")
  return found.length > 0 ? found : null
}

const numberOf = (text: string, pattern: RegExp): number | null => {
  const digits = text.replace("−", "-").replace(/(?<=\d),(?=\d{3}(\D|$))/g, "")
  const value = Number(digits)
  return pattern.test(digits) && Number.isFinite(value) ? value : null
}

/**
 * The value of a typed text: null for an empty one. A text that is no value stays as it is, so that the schema refuses it with its
 * own message.
 */
export function parseText(kind: FieldKind, text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === "") return null
  switch (kind) {
    case "whole":
      return numberOf(trimmed, /^[-+]?\d+$/) ?? text
    case "decimal":
      return numberOf(trimmed, /^[-+]?(\d+\.?\d*|\.\d+)$/) ?? text
    case "money":
      return numberOf(trimmed.replace(/^\$/, ""), /^[-+]?(\d+\.?\d*|\.\d+)$/) ?? text
    case "json": {
      const reading = readJsonObject(text)
      if (!reading.ok) return text
      return Object.keys(reading.value).length > 0 ? reading.value : null
    }
    case "names":
      return listOf(text, /[,\n]/)
    case "headers":
      return listOf(text, /\r?\n/)
    default:
      return trimmed
  }
}

/** The text of a control that shows a value. */
export function textOf(kind: FieldKind, value: unknown): string {
  if (value === null || value === undefined) return ""
  if (Array.isArray(value)) return value.join(kind === "headers" ? "\n" : ", ")
  return isPlainObject(value) ? stringifyExact(value, 2) : String(value)
}
