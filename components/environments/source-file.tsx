import { FileQuestion, FileText } from "lucide-react"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { CopyButton } from "@/components/ui/text/copy-button.tsx"
import type { InspectAnswer } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { formatBytes, isBinary } from "./source-facts.ts"

/** One file of a version: its text with line numbers, or why there is none. */
export function SourceFile({ file }: { file: InspectAnswer }) {
  const size = file.total_bytes ?? file.entry?.size ?? null
  const name = file.path.split("/").at(-1) ?? file.path
  const text = file.content
  if (isBinary(file) || text === null)
    return (
      <EmptyState level={3} icon={<FileQuestion aria-hidden />} title={`${name} is not text`} className="border-0">
        {size === null ? "It cannot be shown here." : `A binary file of ${formatBytes(size)}. It cannot be shown here.`} The whole source
        comes with <code className="font-mono text-xs">prime env pull</code>.
      </EmptyState>
    )
  if (text === "")
    return (
      <EmptyState level={3} icon={<FileText aria-hidden />} title={`${name} is empty`} className="border-0">
        There is nothing in this file.
      </EmptyState>
    )
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n")
  return (
    <>
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b py-1 pr-1 pl-4 text-muted-foreground text-xs">
        <span className="tabular">
          {formatCount(lines.length)} {lines.length === 1 ? "line" : "lines"}
          {size !== null && ` · ${formatBytes(size)}`}
        </span>
        <CopyButton text={text} label={`Copy ${name}`}>
          Copy
        </CopyButton>
      </div>
      {file.truncated && (
        <p className="border-b bg-warning/8 px-4 py-2 text-sm">
          Only the first {formatBytes(new TextEncoder().encode(text).length)} are shown
          {size === null ? "" : ` of ${formatBytes(size)}`}.
        </p>
      )}
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        tabIndex={0}
        role="group"
        aria-label={`Text of ${file.path}`}
        className="flex min-w-0 overflow-x-auto py-2 font-mono text-xs leading-5 focus-visible:outline-offset-[-2px]"
      >
        {/* The numbers are one text of their own, so that they are never copied with the code. */}
        <pre aria-hidden className="sticky left-0 select-none border-r bg-card pr-3 pl-4 text-right text-muted-foreground">
          {lines.map((_, i) => i + 1).join("\n")}
        </pre>
        <pre className="pr-4 pl-3">
          <code>{lines.join("\n")}</code>
        </pre>
      </div>
    </>
  )
}
