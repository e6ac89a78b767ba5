import type { HostedEvalConfig, JsonObject } from "../../../../contract/index.ts"

/** A configuration as it is stored: secrets by name, written as variables, without their values. */
export function maskedSecrets({ custom_secrets: secrets, ...rest }: HostedEvalConfig): JsonObject {
  const names = Object.keys(secrets ?? {})
  return names.length > 0 ? { ...rest, custom_secrets: Object.fromEntries(names.map((name) => [name, `$${name}`])) } : rest
}
