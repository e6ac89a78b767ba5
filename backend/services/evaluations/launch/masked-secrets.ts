import type { JsonObject } from "../../../../contract/index.ts"
import { invalid } from "../../../base/errors.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"

/** A configuration as it is stored: secrets by name, written as variables, without their values. */
export function maskedSecrets({
  custom_secrets: secrets,
  ...rest
}: JsonObject & { custom_secrets?: Record<string, string> | null }): JsonObject {
  const names = Object.keys(secrets ?? {})
  return names.length > 0 ? { ...rest, custom_secrets: Object.fromEntries(names.map((name) => [name, `$${name}`])) } : rest
}

/** @throws ServiceError where a one-off secret that a run had is not given again: they are deleted when a run ends. */
export function requireOneOffSecrets({ evalConfig }: EvaluationRecord, given: Record<string, string>): void {
  const missing = Object.keys((evalConfig?.custom_secrets ?? {}) as object).filter((name) => !Object.hasOwn(given, name))
  if (missing.length > 0)
    throw invalid(["custom_secrets"], `must hold ${missing.join(", ")}: one-off secrets of this run, which were deleted when it ended`)
}
