import { isObject } from "../../../../../contract/samples/row-values.ts"

const secretName = /(^|[_-])(api_?key|key|token|secret|password|passwd|credentials?|authorization|cookie)$/i

/**
 * A value without the texts under names that keys and passwords have. Secrets have a place of their own and are not among arguments; but
 * what is published should not depend on everybody having known that.
 */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, own]) => [
      name,
      typeof own === "string" && secretName.test(name) ? "(left out)" : withoutSecrets(own),
    ]),
  )
}
