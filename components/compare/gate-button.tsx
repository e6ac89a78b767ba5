"use client"

import { Terminal } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button.tsx"
import { Dialog } from "@/components/ui/overlay/dialog.tsx"
import { CodeBlock } from "@/components/ui/text/code-block.tsx"
import { type Gate, gateCommand } from "@/lib/gate-command.ts"

/** Opens the command by which a build asks for the verdict. */
export function GateButton(gate: Gate) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button size="sm" aria-haspopup="dialog" onClick={() => setIsOpen(true)}>
        <Terminal aria-hidden />
        Gate command
      </Button>
      <Dialog
        open={isOpen}
        onClose={() => setIsOpen(false)}
        size="md"
        title="Gate for CI"
        description="Prints the verdict. Ends with 0 when the run holds up, with 1 when it is worse than the baseline, and with 2 when there is no answer."
      >
        {isOpen && (
          <>
            <CodeBlock wrap code={gateCommand(window.location.origin, gate)} label="gate command" />
            <p className="mt-2 text-muted-foreground text-xs">
              Put one of your API keys into $PRIME_API_KEY first. With fail_on=worse,cannot_tell it also ends with 1 when the runs cannot be
              told apart.
            </p>
          </>
        )}
      </Dialog>
    </>
  )
}
