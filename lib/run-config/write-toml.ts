import { stringify } from "smol-toml"
import { exactText } from "@/contract/exact-json.ts"
import { isPlainObject } from "@/lib/json-text.ts"
import { secretsWord } from "./shell-text.ts"
import { givenFields, requestOnlyFields, secretNames, type WritableRun } from "./writable-run.ts"

/** The same run as a file for `prime eval run FILE.toml --hosted`. The CLI allows no secrets in it: a comment says how to give them. */
export function writeToml(run: WritableRun): string {
  const lost: string[] = []
  const table: Record<string, unknown> = { env_id: run.environment }
  for (const { field, value } of givenFields(run)) {
    const key = field.toml ?? field.key
    if (field.cli && field.kind !== "secrets") table[key] = toToml(value, key, lost)
  }
  const secrets = secretNames(run)
  const comments = [
    "# prime eval run FILE.toml --hosted",
    ...(secrets.length > 0 ? [`# Secrets cannot be in a file. Add: --custom-secrets ${secretsWord(secrets)}`] : []),
    ...requestOnlyFields(run).map((key) => `# Left out, because the CLI does not know it: ${key}`),
    ...(lost.length > 0 ? [`# Left out, because TOML has no null: ${lost.join(", ")}`] : []),
  ]
  return `${comments.join("\n")}\n\n${stringify({ eval: [table] }, { numbersAsFloat: true }).trim()}\n`
}

/** Whole numbers as bigints, which are written without a point; what is written as a float stays one. */
function tomlNumber(value: unknown): unknown {
  const text = exactText(value) ?? (typeof value === "number" ? String(value) : null)
  if (text === null) return value
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text)
}

/** A value as TOML can say it, without nulls. @param lost receives the paths of what was removed */
function toToml(value: unknown, path: string, lost: string[]): unknown {
  if (Array.isArray(value)) {
    const kept = value.filter((one) => one !== null)
    if (kept.length < value.length) lost.push(`${path}[]`)
    return kept.map((one) => toToml(one, `${path}[]`, lost))
  }
  if (!isPlainObject(value)) return tomlNumber(value)
  const entries = Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
    if (one !== null && one !== undefined) return [[name, toToml(one, `${path}.${name}`, lost)]]
    lost.push(`${path}.${name}`)
    return []
  })
  return Object.fromEntries(entries)
}
