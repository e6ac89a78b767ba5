import { stringify } from "smol-toml"
import { isPlainObject } from "@/lib/json-text.ts"
import { secretsWord } from "./shell-text.ts"
import { givenFields, requestOnlyFields, secretNames, type WritableRun } from "./writable-run.ts"

/** The same run as a file for `prime eval run FILE.toml --hosted`. The CLI allows no secrets in it: a comment says how to give them. */
export function writeToml(run: WritableRun): string {
  const lost: string[] = []
  const table: Record<string, unknown> = { env_id: run.environment }
  for (const { field, value } of givenFields(run)) {
    const key = field.toml ?? field.key
    if (field.cli && field.kind !== "secrets") table[key] = withoutNulls(value, key, lost)
  }
  const secrets = secretNames(run)
  const comments = [
    "# prime eval run FILE.toml --hosted",
    ...(secrets.length > 0 ? [`# Secrets cannot be in a file. Add: --custom-secrets ${secretsWord(secrets)}`] : []),
    ...requestOnlyFields(run).map((key) => `# Left out, because the CLI does not know it: ${key}`),
    ...(lost.length > 0 ? [`# Left out, because TOML has no null: ${lost.join(", ")}`] : []),
  ]
  return `${comments.join("\n")}\n\n${stringify({ eval: [table] }).trim()}\n`
}

/** @param lost receives the paths of what was removed */
function withoutNulls(value: unknown, path: string, lost: string[]): unknown {
  if (Array.isArray(value)) {
    const kept = value.filter((one) => one !== null)
    if (kept.length < value.length) lost.push(`${path}[]`)
    return kept.map((one) => withoutNulls(one, `${path}[]`, lost))
  }
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
    if (one !== null && one !== undefined) return [[name, withoutNulls(one, `${path}.${name}`, lost)]]
    lost.push(`${path}.${name}`)
    return []
  })
  return Object.fromEntries(entries)
}
