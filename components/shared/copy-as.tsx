"use client"

import { useId, useState } from "react"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import type { Evaluation, JsonObject } from "@/contract/index.ts"
import { runFieldList } from "@/contract/run-config.ts"
import { requestOnlyFields, secretNames } from "@/lib/run-config/given-fields.ts"
import { type WritableRun, writableRun } from "@/lib/run-config/writable-run.ts"
import { writeCommand } from "@/lib/run-config/write-command.ts"
import { writeCurl } from "@/lib/run-config/write-curl.ts"
import { writeToml } from "@/lib/run-config/write-toml.ts"
import { TerminalVariables } from "./terminal-variables.tsx"

const formats = [
  { id: "command", label: "Command", codeLabel: "command", write: writeCommand },
  { id: "toml", label: "TOML", codeLabel: "TOML file", write: writeToml },
  { id: "curl", label: "curl", codeLabel: "curl command", write: writeCurl },
] as const

/** Switches that a command of the CLI always turns on, and this run has off. */
const forcedOn = (run: WritableRun): string[] =>
  runFieldList
    .filter(({ key, kind, cli }) => kind === "switch" && cli?.default === true && !(run.request.eval_config as JsonObject)[key])
    .map(({ label }) => label.replace(/^Allow /, ""))

/** One run in the formats that can be copied into a terminal, a file or a program. */
export function RunFormats({ run }: { run: WritableRun }) {
  const [chosen, setChosen] = useState<(typeof formats)[number]["id"]>("command")
  const name = useId()
  const format = formats.find(({ id }) => id === chosen) ?? formats[0]
  const code = format.write(run, typeof window === "undefined" ? "" : window.location.origin)
  const forced = forcedOn(run)
  const lost = requestOnlyFields(run)
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <fieldset className="inline-flex w-fit rounded-md border bg-card p-0.5">
        <legend className="sr-only">Copy as</legend>
        {formats.map(({ id, label }) => (
          <label
            key={id}
            className="inline-flex h-6 items-center rounded-sm px-2 text-muted-foreground text-xs hover:text-foreground has-checked:bg-muted has-checked:font-medium has-checked:text-foreground has-focus-visible:outline-2 has-focus-visible:outline-ring"
          >
            <input type="radio" name={name} value={id} checked={chosen === id} onChange={() => setChosen(id)} className="sr-only" />
            {label}
          </label>
        ))}
      </fieldset>
      <CodeBlock wrap code={code} label={format.codeLabel} />
      <div className="flex flex-col gap-1 text-muted-foreground text-xs">
        {chosen === "command" && forced.length > 0 && (
          <p>{`A command always turns ${forced.join(" and ")} on; only the TOML file and curl can leave it off.`}</p>
        )}
        {chosen !== "curl" && lost.length > 0 && <p>{`Only curl can express ${lost.join(", ")}: the prime CLI does not know it.`}</p>}
        {chosen === "toml" && (
          <p>
            Save it as eval.toml, then: <code className="font-mono">prime eval run eval.toml --hosted</code>
          </p>
        )}
        {chosen === "curl" && <p>Set $PRIME_API_KEY to one of your API keys first.</p>}
        {chosen !== "curl" && <TerminalVariables teamId={run.request.team_id ?? null} />}
        {secretNames(run).length > 0 && <p>It holds no values of secrets: your shell fills in variables of the same names.</p>}
      </div>
    </div>
  )
}

/** A run as a command, a file or a request. Nothing for a run that no platform started. */
export function CopyAsDialog({ run, open, onClose }: { run: Evaluation; open: boolean; onClose: () => void }) {
  const written = writableRun(run)
  if (!written) return null
  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="md"
      title="This run as text"
      description="Run the same evaluation again from a terminal, a file or a program."
    >
      <RunFormats run={written} />
    </Dialog>
  )
}
