import type { RunField } from "@/contract/index.ts"
import { stringifyExact } from "@/contract/text/exact-json.ts"
import { givenFields, secretNames } from "./given-fields.ts"
import { secretsWord, shellWord } from "./shell-text.ts"
import type { WritableRun } from "./writable-run.ts"

/** A flag with its value. A value that begins with a dash must be attached, or it would be read as a flag. */
function flagWith({ long, short }: NonNullable<RunField["cli"]>, text: string): string {
  if (!text.startsWith("-") || /^-\d/.test(text)) return `${short ?? long} ${shellWord(text)}`
  return short ? shellWord(`${short}${text}`) : `${long}=${shellWord(text)}`
}

/**
 * The same run as a `prime` command. A switch that the CLI turns on by default cannot be turned off in a command, only in TOML.
 * Secrets are variables of the shell.
 */
export function writeCommand(run: WritableRun): string {
  const flags = givenFields(run).flatMap(({ field, value }): string[] => {
    const { cli, kind } = field
    if (!cli) return []
    switch (kind) {
      case "switch":
        return value === true && cli.default !== true ? [cli.short ?? cli.long] : []
      case "secrets":
        return [`${cli.long} ${secretsWord(secretNames(run))}`]
      case "headers":
        return (value as string[]).map((line) => flagWith(cli, line))
      case "names":
        return [flagWith(cli, (value as string[]).join(","))]
      case "json":
      case "arguments":
        return [flagWith(cli, stringifyExact(value))]
      default:
        return [flagWith(cli, String(value))]
    }
  })
  return [`prime eval run ${shellWord(run.environment)} --hosted`, ...flags].join(" \\\n  ")
}
