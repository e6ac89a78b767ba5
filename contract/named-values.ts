import { z } from "zod"
import { limits, secretNamePattern } from "./limits.ts"

/** The rules of secrets and variables, in the words that the forms and the API refuse with. */
export const namedValueRules = {
  name: "Upper-case letters, digits and _, starting with a letter.",
  value: `At most ${limits.secretValueBytesMax / 1024} KiB.`,
  noValue: "A value is needed.",
  description: `At most ${limits.descriptionCharactersMax} characters.`,
} as const

const isShortEnough = (value: string): boolean => new TextEncoder().encode(value).length <= limits.secretValueBytesMax

export const SecretName = z
  .string()
  .min(1, namedValueRules.name)
  .max(limits.secretNameCharactersMax, namedValueRules.name)
  .regex(secretNamePattern, namedValueRules.name)

/** A variable may be empty. */
export const VariableValue = z.string().max(limits.secretValueBytesMax, namedValueRules.value).refine(isShortEnough, namedValueRules.value)

export const SecretValue = VariableValue.min(1, namedValueRules.noValue)

export const Description = z.string().max(limits.descriptionCharactersMax, namedValueRules.description)
