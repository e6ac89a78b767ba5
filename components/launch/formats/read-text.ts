import { readCommand } from "./read-command.ts"
import { readCurl } from "./read-curl.ts"
import type { Reading, ReadRun } from "./read-run.ts"
import { readToml } from "./read-toml.ts"
import { readShell } from "./shell-words.ts"

/** Reads a `prime eval run` command, a TOML file of the CLI, or a curl of the API, whichever the text is. */
export function readText(text: string): Reading {
  const trimmed = text.trim()
  if (trimmed === "") return { ok: false, message: "There is nothing to read yet." }
  const isShell = /^(?:\$ |% |> )?(?:\w+=\S*\s+)*(?:uvx? |uv run |python3? -m )*(?:prime|curl)\s/m.test(firstLine(trimmed))
  return isShell ? readShellText(trimmed) : readToml(trimmed)
}

const firstLine = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line !== "" && !line.startsWith("#")) ?? ""

function readShellText(text: string): Reading {
  const shell = readShell(text.replace(/^[ \t]*[$%>] /gm, ""))
  if (!shell.ok) return shell
  const runs: ReadRun[] = []
  let refusal: string | null = null
  for (const words of shell.commands) {
    const evalAt = words.findIndex((word, i) => word === "eval" && /(^|\/)prime$/.test(words[i - 1] ?? ""))
    if (evalAt < 0 && !words.includes("curl")) continue
    const reading = evalAt >= 0 ? readCommand(words.slice(words[evalAt + 1] === "run" ? evalAt + 2 : evalAt + 1)) : readCurl(words)
    if (reading.ok) runs.push(...reading.runs)
    else refusal ??= reading.message
  }
  if (runs.length > 0) return { ok: true, runs }
  return { ok: false, message: refusal ?? "No `prime eval run …` command was found in this text." }
}
