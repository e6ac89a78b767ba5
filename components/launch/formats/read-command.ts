import { runFieldList } from "@/contract/run-config.ts"
import { describeMistake, readJsonObject } from "@/lib/json-text.ts"
import { hasVariable, replaceVariables } from "@/lib/run-config/shell-text.ts"
import { cliDefaults, type Field, noMeaning, type Reading, type Setting, toReadRun } from "./read-run.ts"

/** Flags that say how the command behaves, not what is run. */
const silent = new Set(["--hosted", "--follow", "--plain"])
/** Flags of a hosted run that matter to the terminal alone, with their values. */
const silentWithValue = new Set(["--poll-interval", "--output"])
/** Flags of local runs without a value; other unknown flags are assumed to have one. */
const valueless = new Set([
  ...["--shuffle", "--no-interleave-scoring", "-N", "--save-results", "-s", "--save-to-hf-hub", "-H", "--fullscreen", "-f", "--tui"],
  ...["--disable-tui", "-d", "--debug", "--disable-env-server", "--abbreviated-summary", "-A", "--skip-upload", "-u", "--yes", "-y"],
])

const fieldOf = (flag: string): Field | undefined => runFieldList.find(({ cli }) => cli && (cli.long === flag || cli.short === flag))

/** Fields whose one-letter flags are written together: -vi */
function switchesOf(word: string): Field[] | null {
  if (word.startsWith("--")) return null
  const fields = [...word.slice(1)].map((letter) => fieldOf(`-${letter}`))
  return fields.length > 0 && fields.every((field) => field?.kind === "switch") ? (fields as Field[]) : null
}

const shown = (text: string): string => replaceVariables(text, (name) => `$${name}`)

/** @param words what follows `prime eval run` */
export function readCommand(words: readonly string[]): Reading {
  const settings = new Map<string, Setting>()
  const notes: string[] = []
  const positional: string[] = []

  const set = (field: Field, raw: string) => {
    const name = field.cli?.long ?? field.key
    // Secrets may well be variables: the form asks for their values.
    const text = field.kind === "secrets" ? raw : shown(raw)
    if (field.kind !== "secrets" && hasVariable(raw))
      notes.push(`${name}: ${text} is a variable of your shell, whose value is not in the text.`)
    const reading = readFlagValue(field, text)
    if ("wrong" in reading) notes.push(`${name}: ${reading.wrong}`)
    else if (field.kind === "headers") {
      const before = settings.get(field.key)?.value as string[] | undefined
      settings.set(field.key, { field, name, value: [...(before ?? []), text] })
    } else settings.set(field.key, { field, name, value: reading.value })
  }
  const turnOn = (field: Field) => settings.set(field.key, { field, name: field.cli?.long ?? field.key, value: true })

  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ""
    if (!word.startsWith("-") || word === "-") {
      positional.push(shown(word))
      continue
    }
    const [flag = "", ...rest] = word.startsWith("--") ? word.split("=") : [word]
    const attached = rest.length > 0 ? rest.join("=") : null
    if (silent.has(flag)) continue
    const field = fieldOf(flag)
    if (field) {
      if (field.kind === "switch") turnOn(field)
      else if (attached !== null) set(field, attached)
      else if (i + 1 < words.length) set(field, words[++i] ?? "")
      else notes.push(`${flag}: its value is missing.`)
      continue
    }
    // -n5
    const joined = word.startsWith("--") ? undefined : fieldOf(word.slice(0, 2))
    if (joined && joined.kind !== "switch") {
      set(joined, word.slice(2).replace(/^=/, ""))
      continue
    }
    const switches = switchesOf(word)
    if (switches) {
      switches.forEach(turnOn)
      continue
    }
    const next = words[i + 1]
    const hasValue = attached === null && !valueless.has(flag) && next !== undefined && !next.startsWith("-")
    // The environment may come last: a word after an unknown flag is the environment when no later word could be.
    const isEnvironment = hasValue && positional.length === 0 && !words.slice(i + 2).some((one) => !one.startsWith("-"))
    if (hasValue && !isEnvironment) i++
    if (!silentWithValue.has(flag)) notes.push(noMeaning(shown(flag)))
  }
  const [environment, ...others] = positional
  if (environment?.endsWith(".toml"))
    return { ok: false, message: `This command reads its settings from ${environment}. Paste the text of that file instead.` }
  if (others.length > 0) notes.push(`${others.map((one) => `“${one}”`).join(", ")}: not understood, and left out.`)
  return { ok: true, runs: [toReadRun(environment, [...settings.values()], cliDefaults, notes)] }
}

/** The value of a flag's text. */
function readFlagValue({ kind }: Field, text: string): { value: unknown } | { wrong: string } {
  switch (kind) {
    case "whole":
      return /^[+-]?\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text))
        ? { value: Number(text) }
        : { wrong: `“${text}” is not a whole number.` }
    case "decimal":
    case "money":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? { value: Number(text) } : { wrong: `“${text}” is not a number.` }
    case "json":
    case "arguments":
    case "secrets": {
      const reading = readJsonObject(text)
      return reading.ok ? { value: reading.value } : { wrong: describeMistake(reading) }
    }
    case "names":
      return {
        value: text
          .split(",")
          .map((one) => one.trim())
          .filter((one) => one !== ""),
      }
    default:
      return { value: text }
  }
}
