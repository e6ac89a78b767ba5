"use client"

import { useQuery } from "@tanstack/react-query"
import { Download } from "lucide-react"
import { Button } from "@/components/ui/button.tsx"
import { Spinner } from "@/components/ui/spinner.tsx"
import { CopyButton } from "@/components/ui/text/copy-button.tsx"
import { cutText } from "@/contract/text/cut-text.ts"
import { stringifyExact } from "@/contract/text/exact-json.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"

const shownMax = 200_000

/** The JSON of a sample, to read, copy and download. */
export function RawText({ runId, sampleId }: { runId: string; sampleId: string }) {
  const { data: text, error } = useQuery({
    queryKey: ["raw sample", runId, sampleId],
    queryFn: async () => stringifyExact((await browserReads(runId).sample(sampleId)).sample, 2),
  })
  if (error)
    return (
      <p role="alert" className="break-anywhere text-danger text-sm">
        {error.message}
      </p>
    )
  if (text === undefined) return <Spinner label="Loading" />
  return (
    <>
      <div className="mb-2 flex gap-2">
        <CopyButton text={text} label="Copy the raw JSON">
          Copy
        </CopyButton>
        <Button variant="ghost" size="sm" onClick={() => download(text, sampleId)}>
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
        {cutText(text, shownMax)}
      </pre>
      {text.length > shownMax && (
        <p className="mt-2 text-muted-foreground text-xs">Only the beginning is shown. Copy or download gives all of it.</p>
      )}
    </>
  )
}

function download(text: string, sampleId: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }))
  const link = document.createElement("a")
  link.href = address
  link.download = `sample-${sampleId}.json`
  link.click()
  URL.revokeObjectURL(address)
}
