"use client"

import { ChevronDown } from "lucide-react"
import { type ReactNode, useId, useState } from "react"
import { cn } from "@/components/ui/cn.ts"

interface FoldableTurnProps {
  /** Who speaks: the heading of the turn. */
  who: ReactNode
  /** What the turn is called, for the button that folds it. */
  name: string
  /** Its beginning in one line, shown while it is folded. */
  preview: string
  /** What it took. */
  cost: ReactNode
  children: ReactNode
}

/** A turn of a conversation on three columns: who, what, and what it took. On narrow screens they stand below each other. */
export function FoldableTurn({ who, name, preview, cost, children }: FoldableTurnProps) {
  const [isOpen, setOpen] = useState(true)
  const id = useId()
  return (
    <div className="grid min-w-0 gap-x-4 gap-y-1.5 md:grid-cols-[6.5rem_minmax(0,1fr)_7rem]">
      <div className="flex min-w-0 items-start gap-1">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          aria-label={`Message ${name}`}
          title={isOpen ? "Fold" : "Unfold"}
          onClick={() => setOpen(!isOpen)}
          className="-ml-1 inline-flex size-5 shrink-0 items-center justify-center rounded-sm text-muted-foreground hover:text-foreground max-lg:-my-0.5 max-lg:size-6"
        >
          <ChevronDown aria-hidden className={cn("size-3.5 transition-transform", !isOpen && "-rotate-90")} />
        </button>
        {who}
      </div>
      <div id={id} hidden={!isOpen} className={cn("min-w-0 flex-col gap-2.5", isOpen && "flex")}>
        {children}
      </div>
      {!isOpen && <p className="truncate text-muted-foreground text-sm">{preview}</p>}
      <div className="min-w-0 text-2xs text-muted-foreground md:text-right">{cost}</div>
    </div>
  )
}

/** A long text of which the beginning is shown until someone wants the rest. */
export function FoldedText({ all, children }: { all: string; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  return (
    <div className="min-w-0">
      <div id={id} className={cn(!isOpen && "max-h-36 overflow-hidden [mask-image:linear-gradient(to_bottom,black_60%,transparent)]")}>
        {children}
      </div>
      <button type="button" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)} className="link mt-1 text-xs">
        {isOpen ? "Show less" : all}
      </button>
    </div>
  )
}
