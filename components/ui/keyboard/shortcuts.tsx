"use client"

import { Keyboard } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { Kbd } from "./kbd.tsx"
import { useShortcuts } from "./use-shortcuts.ts"

export interface Shortcut {
  /** As `KeyboardEvent.key` names them; each of them runs the action. */
  keys: readonly string[]
  label: string
  /** Left out for keys that the browser or another part of the page handles. */
  run?: () => void
}

const keyCaps: Record<string, string> = { ArrowLeft: "←", ArrowRight: "→" }

/** The page's keyboard shortcuts, and a button that lists them (also `?`). */
export function Shortcuts({ shortcuts }: { shortcuts: readonly Shortcut[] }) {
  const [isOpen, setOpen] = useState(false)
  const all: Shortcut[] = [...shortcuts, { keys: ["?"], label: "Keyboard shortcuts", run: () => setOpen(true) }]
  useShortcuts(Object.fromEntries(all.flatMap(({ keys, run }) => (run ? keys.map((key) => [key, run]) : []))))
  return (
    <>
      <Button
        variant="ghost"
        icon
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={() => setOpen(true)}
        className="text-muted-foreground max-sm:hidden"
      >
        <Keyboard aria-hidden />
      </Button>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title="Keyboard shortcuts">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-2 pb-2 text-sm">
          {all.map(({ keys, label }) => (
            <div key={label} className="contents">
              <dt className="flex gap-1">
                {keys.map((key) => (
                  <Kbd key={key}>{keyCaps[key] ?? key}</Kbd>
                ))}
              </dt>
              <dd>{label}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </>
  )
}
