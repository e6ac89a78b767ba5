import { z } from "zod"
import { limits, secretNamePattern } from "../limits.ts"

export const secretRules = {
  name: "Upper-case letters, digits and _, starting with a letter.",
  value: `A value of at most ${limits.secretValueBytesMax / 1024} KiB; remove the row if there is none.`,
  count: `At most ${limits.secretsMax} secrets, each name once.`,
} as const

export const SecretName = z.string().regex(secretNamePattern, secretRules.name).max(limits.secretNameCharactersMax, secretRules.name)

/** One-off secrets: environment variables of one run, by name. */
export const CustomSecrets = z
  .record(SecretName, z.string().max(limits.secretValueBytesMax))
  .refine((secrets) => Object.keys(secrets).length <= limits.secretsMax, secretRules.count)
