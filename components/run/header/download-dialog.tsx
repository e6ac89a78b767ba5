"use client"

import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { type ExportFile, exportsOf } from "./run-exports.ts"

/** A run as files: its samples, and its result for those who read it elsewhere. */
export function DownloadDialog({ run, open, onClose }: { run: Evaluation; open: boolean; onClose: () => void }) {
  const { samples, published, folder } = exportsOf(run)
  return (
    <Dialog open={open} onClose={onClose} size="md" title="Download this run" description="All samples stored so far.">
      <Files title="Samples" files={samples} />
      <p className="mt-2 mb-5 text-muted-foreground text-xs">
        Unpacked in <code className="break-anywhere font-mono">{folder}</code>, run.zip is what verifiers leaves there, and{" "}
        <code className="font-mono">prime eval push</code> uploads it to any platform.
      </p>
      <Files title="To publish" files={published} />
    </Dialog>
  )
}

function Files({ title, files }: { title: string; files: readonly ExportFile[] }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 font-semibold text-sm">{title}</h3>
      <ul className="border-t">
        {files.map(({ name, href, about }) => (
          <li key={name} className="border-b">
            <a
              href={href}
              download={name}
              className="flex flex-col px-1 py-1.5 text-sm hover:bg-muted focus-visible:outline-2 focus-visible:outline-ring"
            >
              <span className="font-mono text-xs">{name}</span>
              <span className="text-muted-foreground text-xs">{about}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
