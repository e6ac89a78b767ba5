import { stringify } from "smol-toml"
import { exactText } from "@/contract/text/exact-json.ts"
import { isPlainObject } from "@/lib/plain-object.ts"
import { givenFields, requestOnlyFields, secretNames } from "./given-fields.ts"
import { secretsWord } from "./shell-text.ts"
import type { WritableRun } from "./writable-run.ts"

/** Sampling parameters that the CLI copies into extra_body.chat_template_kwargs where it finds them in a file. */
export const chatTemplateFields = ["reasoning_effort", "enable_thinking"]

/** The same run as a file for `prime eval run FILE.toml --hosted`. The CLI allows no secrets in it: a comment says how to give them. */
export function writeToml(run: WritableRun): string {
  const lost: string[] = []
  const table: Record<string, unknown> = { env_id: run.environment }
  for (const { field, value } of givenFields(run)) {
    const key = field.toml ?? field.key
    if (!field.cli || field.kind === "secrets") continue
    if (field.key === "env_args") Object.assign(table, withSections(toToml(value, key, lost)))
    else table[key] = toToml(value, key, lost)
  }
  const copied = chatTemplateFields.filter((name) => isPlainObject(table.sampling) && name in table.sampling)
  const secrets = secretNames(run)
  const comments = [
    "# prime eval run FILE.toml --hosted",
    ...(secrets.length > 0 ? [`# Secrets cannot be in a file. Add: --custom-secrets ${secretsWord(secrets)}`] : []),
    ...requestOnlyFields(run).map((key) => `# Left out, because the CLI does not know it: ${key}`),
    ...(copied.length > 0 ? [`# The CLI sends these of a file in extra_body.chat_template_kwargs too: ${copied.join(", ")}`] : []),
    ...(lost.length > 0 ? [`# Left out, because TOML has no null: ${lost.join(", ")}`] : []),
  ]
  return `${comments.join("\n")}\n\n${stringify({ eval: [table] }, { numbersAsFloat: true }).trim()}\n`
}

/** Environment arguments as tables; those of a taskset and its harness have tables of their own in a file. */
function withSections(env_args: unknown): Record<string, unknown> {
  if (!isPlainObject(env_args) || !isPlainObject(env_args.config)) return { env_args }
  const { config, ...args } = env_args
  const sections = Object.entries(config).filter(([name, value]) => ["taskset", "harness"].includes(name) && isPlainObject(value))
  if (sections.length === 0) return { env_args }
  const others = Object.entries(config).filter(([name]) => !sections.some(([section]) => section === name))
  const rest = others.length > 0 ? { ...args, config: Object.fromEntries(others) } : args
  return { ...(Object.keys(rest).length > 0 ? { env_args: rest } : {}), ...Object.fromEntries(sections) }
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
