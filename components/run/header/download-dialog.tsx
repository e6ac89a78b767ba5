"use client"

import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { exportsOf } from "./run-exports.ts"

/** The samples of a run as files. */
export function DownloadDialog({ run, open, onClose }: { run: Evaluation; open: boolean; onClose: () => void }) {
  const { files, folder } = exportsOf(run)
  return (
    <Dialog open={open} onClose={onClose} size="md" title="Download this run" description="All samples stored so far.">
      <ul className="flex flex-col gap-2">
        {files.map(({ name, href, about }) => (
          <li key={name}>
            <a
              href={href}
              download={name}
              className="flex flex-col rounded-md border px-3 py-2 text-sm hover:bg-muted focus-visible:outline-2 focus-visible:outline-ring"
            >
              <span className="font-mono text-xs">{name}</span>
              <span className="text-muted-foreground">{about}</span>
            </a>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-muted-foreground text-xs">
        Unpacked in <code className="break-anywhere font-mono">{folder}</code>, run.zip is what verifiers leaves there, and{" "}
        <code className="font-mono">prime eval push</code> uploads it to any platform.
      </p>
    </Dialog>
  )
}
