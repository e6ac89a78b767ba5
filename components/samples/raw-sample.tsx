"use client"

import { Download } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import { CopyButton } from "@/components/ui/text/copy-button.tsx"
import { cutText } from "@/contract/text/cut-text.ts"
import { stringifyExact } from "@/contract/text/exact-json.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { FactGroup } from "./facts/fact-group.tsx"

const shownMax = 200_000

/** The sample as the library wrote it, read when the user opens it. */
export function RawSample({ runId, sampleId }: { runId: string; sampleId: string }) {
  const [state, setState] = useState<{ kind: "closed" | "loading" } | { kind: "open"; text: string } | { kind: "failed"; message: string }>(
    { kind: "closed" },
  )
  const load = async () => {
    if (state.kind === "open" || state.kind === "loading") return
    setState({ kind: "loading" })
    try {
      const { sample } = await browserReads(runId).sample(sampleId)
      setState({ kind: "open", text: stringifyExact(sample, 2) })
    } catch (error) {
      setState({ kind: "failed", message: error instanceof Error ? error.message : String(error) })
    }
  }
  const download = (text: string) => {
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }))
    const link = document.createElement("a")
    link.href = address
    link.download = `sample-${sampleId}.json`
    link.click()
    URL.revokeObjectURL(address)
  }
  return (
    <FactGroup title="Raw JSON" onToggle={(isOpen) => isOpen && void load()}>
      {state.kind === "loading" && <Spinner label="Loading" />}
      {state.kind === "failed" && (
        <p role="alert" className="break-anywhere text-danger text-sm">
          {state.message}
        </p>
      )}
      {state.kind === "open" && (
        <>
          <div className="mb-2 flex gap-2">
            <CopyButton text={state.text} label="Copy the raw JSON">
              Copy
            </CopyButton>
            <Button variant="ghost" size="sm" onClick={() => download(state.text)}>
              <Download aria-hidden />
              Download
            </Button>
          </div>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
            tabIndex={0}
            role="region"
            aria-label="Raw JSON"
            className="max-h-96 overflow-auto rounded-md bg-muted/60 p-2 font-mono text-xs leading-5"
          >
            {cutText(state.text, shownMax)}
          </pre>
          {state.text.length > shownMax && (
            <p className="mt-2 text-muted-foreground text-xs">Only the beginning is shown. Copy or download gives all of it.</p>
          )}
        </>
      )}
    </FactGroup>
  )
}
