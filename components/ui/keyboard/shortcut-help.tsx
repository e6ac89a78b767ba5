"use client"

import { Keyboard } from "lucide-react"
import { Button } from "@/components/ui/button.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { Kbd } from "./kbd.tsx"

interface ShortcutHelpProps {
  open: boolean
  onOpen: () => void
  onClose: () => void
  shortcuts: readonly { keys: readonly string[]; action: string }[]
}

/** A button and a list of the page's keys. */
export function ShortcutHelp({ open, onOpen, onClose, shortcuts }: ShortcutHelpProps) {
  return (
    <>
      <Button
        variant="ghost"
        icon
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={onOpen}
        className="text-muted-foreground max-sm:hidden"
      >
        <Keyboard aria-hidden />
      </Button>
      <Dialog open={open} onClose={onClose} title="Keyboard shortcuts">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-2 pb-2 text-sm">
          {shortcuts.map(({ keys, action }) => (
            <div key={action} className="contents">
              <dt className="flex gap-1">
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dt>
              <dd>{action}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </>
  )
}
