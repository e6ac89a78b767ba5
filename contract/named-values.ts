import * as z from "zod"
import { limits, secretNamePattern } from "./limits.ts"

/** Variables that each run gets from the platform, under the names that Prime's packages read: nothing else can be set under them. */
export const platformVariableNames = [
  "EVALUATION_ID",
  "PRIME_API_KEY",
  "PRIME_API_BASE_URL",
  "PRIME_INFERENCE_URL",
  "PRIME_TRACES_URL",
  "PRIME_FRONTEND_URL",
] as const
export type PlatformVariableName = (typeof platformVariableNames)[number]

/** The rules of secrets and variables, in the words that the forms and the API refuse with. */
export const namedValueRules = {
  name: "Upper-case letters, digits and _, starting with a letter.",
  taken: `Another name: ${platformVariableNames.join(", ")} are set by the platform for each run.`,
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
  .refine((name) => !(platformVariableNames as readonly string[]).includes(name), namedValueRules.taken)

/** A variable may be empty. */
export const VariableValue = z.string().max(limits.secretValueBytesMax, namedValueRules.value).refine(isShortEnough, namedValueRules.value)

export const SecretValue = VariableValue.min(1, namedValueRules.noValue)

export const Description = z.string().max(limits.descriptionCharactersMax, namedValueRules.description)
