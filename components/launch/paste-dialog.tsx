"use client"

import { TriangleAlert } from "lucide-react"
import { type ReactNode, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Field } from "@/components/ui/form/field.tsx"
import { Textarea } from "@/components/ui/form/textarea.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { namesTarget, type ReadRun } from "./formats/read-run.ts"
import { readText } from "./formats/read-text.ts"
import type { LaunchTarget } from "./launch-target.ts"

interface PasteDialogProps {
  target: LaunchTarget
  onUse: (run: ReadRun) => void
  onClose: () => void
}

const firstFor = (runs: readonly ReadRun[], target: LaunchTarget) =>
  Math.max(
    0,
    runs.findIndex((run) => run.environment !== null && namesTarget(run.environment, target)),
  )

/** Reads a command or a file. What cannot be used of it is listed before anything is filled in. */
export function PasteDialog({ target, onUse, onClose }: PasteDialogProps) {
  const [text, setText] = useState("")
  const [choice, setChoice] = useState<number | null>(null)
  const [isTried, setIsTried] = useState(false)
  const toast = useToast()

  const reading = text.trim() === "" ? null : readText(text)
  const runs = reading?.ok ? reading.runs : []
  const chosen = choice !== null && choice < runs.length ? choice : firstFor(runs, target)
  const run = runs[chosen]
  const slug = `${target.owner.name}/${target.name}`
  const isOther = run !== undefined && !namesTarget(run.environment, target)
  const secrets = Object.keys((run?.config.custom_secrets as object | undefined) ?? {})

  const use = () => {
    if (!run) {
      setIsTried(true)
      return
    }
    onUse(run)
    onClose()
    toast({
      title: "The form was filled in",
      description:
        run.notes.length > 0
          ? `${run.notes.length} ${run.notes.length === 1 ? "part was" : "parts were"} left out.`
          : "Look it over and run it.",
      tone: "success",
    })
  }

  return (
    <Dialog
      open
      onClose={onClose}
      size="md"
      title="Paste a command or TOML"
      description="What it says replaces what is in the form. Nothing is started yet."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={use}>
            Fill in the form
          </Button>
        </>
      }
    >
      <div className="flex min-w-0 flex-col gap-3">
        <Field
          label="Command, TOML or curl"
          error={
            reading && !reading.ok ? reading.message : isTried && text.trim() === "" ? "Paste something to fill in the form." : undefined
          }
        >
          {(control) => (
            <Textarea
              {...control}
              code
              rows={9}
              value={text}
              placeholder={`prime eval run ${slug} --hosted -m MODEL -n 20\n\nor\n\n[[eval]]\nenv_id = "${slug}"\nnum_examples = 20`}
              onChange={(event) => {
                setText(event.target.value)
                setChoice(null)
              }}
            />
          )}
        </Field>
        {runs.length > 1 && (
          <fieldset className="flex min-w-0 flex-col gap-1">
            <legend className="mb-1 font-medium text-sm">It holds {runs.length} runs. Which one?</legend>
            <div className="max-h-48 overflow-y-auto rounded-md border">
              {runs.map((one, i) => (
                <label
                  // biome-ignore lint/suspicious/noArrayIndexKey: two runs of a text may be equal
                  key={i}
                  className="flex min-w-0 items-start gap-2 border-b px-3 py-1.5 text-sm last:border-b-0 has-checked:bg-accent/8"
                >
                  <input
                    type="radio"
                    name="pasted-run"
                    className="mt-1 accent-primary"
                    checked={i === chosen}
                    onChange={() => setChoice(i)}
                  />
                  <span className="min-w-0">
                    <span className="break-anywhere block font-mono text-xs leading-5">{one.environment ?? "(no environment)"}</span>
                    <span className="break-anywhere block text-muted-foreground text-xs">{sketch(one)}</span>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
        )}
        <div role="status" className="flex min-w-0 flex-col gap-2">
          {run && (
            <p className="break-anywhere text-muted-foreground text-xs">
              {runs.length === 1 && <>Found: {sketch(run)}. </>}
              {run.model === null && "It names no model: the one chosen here is kept. "}
              {secrets.length > 0 && `Secrets: ${secrets.join(", ")}.`}
            </p>
          )}
          {run && (isOther || run.notes.length > 0) && (
            <ul className="flex flex-col gap-1 rounded-md border border-warning/50 bg-warning/8 px-3 py-2 text-sm">
              {isOther && (
                <Note>
                  It is for {run.environment}. Filling in starts {slug} with the same settings.
                </Note>
              )}
              {run.notes.map((note) => (
                <Note key={note}>{note}</Note>
              ))}
            </ul>
          )}
        </div>
      </div>
    </Dialog>
  )
}

function Note({ children }: { children: ReactNode }) {
  return (
    <li className="break-anywhere flex items-start gap-2">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      <span className="min-w-0">{children}</span>
    </li>
  )
}

/** "20 examples × 3 rollouts with openai/gpt-4.1-mini" */
function sketch({ config, model, name }: ReadRun): string {
  const examples = config.num_examples === -1 ? "all examples" : `${config.num_examples ?? "?"} examples`
  return [name, `${examples} × ${config.rollouts_per_example ?? "?"} rollouts${model ? ` with ${model}` : ""}`].filter(Boolean).join(": ")
}
