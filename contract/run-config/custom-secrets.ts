import * as z from "zod"
import { limits } from "../limits.ts"
import { namedValueRules, SecretName } from "../named-values.ts"

export const secretRules = {
  name: namedValueRules.name,
  value: `A value of at most ${limits.secretValueBytesMax / 1024} KiB; remove the row if there is none.`,
  count: `At most ${limits.secretsMax} secrets, each name once.`,
} as const

/** One-off secrets: environment variables of one run, by name. */
export const CustomSecrets = z
  .record(SecretName, z.string().max(limits.secretValueBytesMax))
  .refine((secrets) => Object.keys(secrets).length <= limits.secretsMax, secretRules.count)

/** The variable that holds the key of a custom endpoint where the configuration names none. */
export const endpointKeyVariable = "CUSTOM_ENDPOINT_KEY"
