"use client"

import { ClipboardPaste } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import type { ReadRun } from "./formats/read-run.ts"
import type { LaunchTarget } from "./launch-target.ts"

// With the readers of commands and TOML: of no use before something is pasted.
const PasteDialog = lazy(() => import("./paste-dialog.tsx").then((module) => ({ default: module.PasteDialog })))

interface PasteRunProps {
  target: LaunchTarget
  onUse: (run: ReadRun) => void
}

/** Fills in the form from a command or a file. */
export function PasteRun({ target, onUse }: PasteRunProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button size="sm" aria-haspopup="dialog" onClick={() => setIsOpen(true)}>
        <ClipboardPaste aria-hidden />
        Paste a command or TOML
      </Button>
      <Suspense>{isOpen && <PasteDialog target={target} onUse={onUse} onClose={() => setIsOpen(false)} />}</Suspense>
    </>
  )
}
