"use client"

import { Terminal } from "lucide-react"
import { useId, useState } from "react"
import { ofRun, requestOnly, type Spellable, toCommand, toCurl, toToml } from "@/components/launch/run-spelling.ts"
import { Button } from "@/components/ui/button.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import type { Evaluation } from "@/contract/index.ts"

const spellings = [
  { id: "command", label: "Command" },
  { id: "toml", label: "TOML" },
  { id: "curl", label: "curl" },
] as const

type SpellingId = (typeof spellings)[number]["id"]

/** One run, written in three ways, to be copied into a terminal or a file. */
export function Spellings({ run }: { run: Spellable }) {
  const [chosen, setChosen] = useState<SpellingId>("command")
  const name = useId()
  const config = run.request.eval_config
  const hasSecrets = Object.keys(config.custom_secrets ?? {}).length > 0
  const code =
    chosen === "command"
      ? toCommand(run)
      : chosen === "toml"
        ? toToml(run)
        : toCurl(run, typeof window === "undefined" ? "" : window.location.origin)
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <fieldset className="inline-flex w-fit rounded-md border bg-card p-0.5">
        <legend className="sr-only">Copy as</legend>
        {spellings.map(({ id, label }) => (
          <label
            key={id}
            className="inline-flex h-6 items-center rounded-sm px-2 text-muted-foreground text-xs hover:text-foreground has-checked:bg-muted has-checked:font-medium has-checked:text-foreground has-focus-visible:outline-2 has-focus-visible:outline-ring"
          >
            <input type="radio" name={name} value={id} checked={chosen === id} onChange={() => setChosen(id)} className="sr-only" />
            {label}
          </label>
        ))}
      </fieldset>
      <CodeBlock wrap code={code} label={chosen === "command" ? "command" : chosen === "toml" ? "TOML file" : "curl command"} />
      <div className="flex flex-col gap-1 text-muted-foreground text-xs">
        {chosen === "command" && !(config.allow_sandbox_access && config.allow_tunnel_access) && (
          <p>A command always turns sandbox and tunnel access on; only the TOML file and curl can leave them off.</p>
        )}
        {chosen !== "curl" && requestOnly(config).length > 0 && (
          <p>{`Only curl can say ${requestOnly(config).join(", ")}: the prime CLI does not know it.`}</p>
        )}
        {chosen === "toml" && (
          <p>
            Save it as eval.toml, then: <code className="font-mono">prime eval run eval.toml --hosted</code>
          </p>
        )}
        {chosen === "curl" && <p>Set $PRIME_API_KEY to one of your API keys first.</p>}
        {hasSecrets && <p>Values of secrets are not in it: your shell fills in variables of the same names.</p>}
      </div>
    </div>
  )
}

/** The button of a run that shows it as a command, a file or a request. Nothing for a run that this platform did not start. */
export function CopyAs({ evaluation }: { evaluation: Evaluation }) {
  const [isOpen, setIsOpen] = useState(false)
  const run = ofRun(evaluation)
  if (!run) return null
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setIsOpen(true)}>
        <Terminal aria-hidden />
        Copy as
      </Button>
      <Dialog
        open={isOpen}
        onClose={() => setIsOpen(false)}
        size="md"
        title="This run as text"
        description="Run the same evaluation again from a terminal, a file or a program."
      >
        <Spellings run={run} />
      </Dialog>
    </>
  )
}
