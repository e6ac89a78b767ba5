import { stringify } from "smol-toml"
import { exactText, nameText } from "@/contract/text/exact-json.ts"
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
    const written = toToml(value, key, lost)
    const sections = field.key === "env_args" ? withSections(written) : { [key]: written }
    for (const [name, section] of Object.entries(sections)) table[name] = isPlainObject(section) ? mapped(section, inOrder) : section
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
  return `${comments.join("\n")}\n\n${tomlText({ eval: [table] })}\n`
}

/** Begins the text of a value that is written on one line. */
const lineMark = "\uE000line:"
const markedLine = new RegExp(String.raw`"${lineMark}((?:[^"\\]|\\.)*)"`, "g")
const markedName = /"(\uE000\d+)"/g

const tomlText = (table: Record<string, unknown>): string =>
  stringify(table, { numbersAsFloat: true })
    .trim()
    .replace(markedLine, (_, text: string) => JSON.parse(`"${text}"`))
    .replace(markedName, (_, name: string) => nameText(name))

const mapped = (table: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value)]))

const isTables = (value: unknown): boolean =>
  isPlainObject(value) || (Array.isArray(value) && value.length > 0 && value.every((one) => isPlainObject(one)))

/**
 * A value that keeps the order of its names: TOML has plain values before tables, unless the whole is on one line. Settings and
 * arguments themselves are asked for by their names and stay on lines of their own.
 */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return isTables(value) ? value.map(inOrder) : value
  if (!isPlainObject(value)) return value
  const inner = mapped(value, inOrder)
  const kinds = Object.values(inner).map(isTables)
  const firstTable = kinds.indexOf(true)
  return firstTable >= 0 && firstTable < kinds.lastIndexOf(false) ? lineMark + lineText(value) : inner
}

/** A value of TOML on one line. */
function lineText(value: unknown): string {
  // In a list that holds anything else, the library writes objects on one line.
  const text = stringify({ v: [value, 0n] }, { numbersAsFloat: true }).trim()
  return text.slice("v = [ ".length, -", 0 ]".length)
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
    if (one !== null && one !== undefined) return [[name, toToml(one, `${path}.${nameText(name)}`, lost)]]
    lost.push(`${path}.${nameText(name)}`)
    return []
  })
  return Object.fromEntries(entries)
}
