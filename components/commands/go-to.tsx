"use client"

import { Search } from "lucide-react"
import { lazy, Suspense, useEffect, useState } from "react"
import { Kbd } from "@/components/ui/keyboard/kbd.tsx"

const load = () => import("./palette.tsx").then(({ Palette }) => ({ default: Palette }))
const Palette = lazy(load)

interface GoToProps {
  /** A field for the side bar, to which ⌘K and Ctrl+K lead too, or an icon for the bar of narrow screens. */
  look: "field" | "icon"
}

/** Opens the palette. What it is made of is fetched when somebody reaches for it. */
export function GoTo({ look }: GoToProps) {
  const [isOpen, setIsOpen] = useState(false)
  // Kept once it was opened, so that it can close in its own way.
  const [wasOpened, setWasOpened] = useState(false)
  const open = () => {
    setWasOpened(true)
    setIsOpen(true)
  }
  useEffect(() => {
    if (look === "icon") return
    const listener = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey) return
      // A dialog of the page is above everything else.
      if (document.querySelector("dialog[open]")) return
      event.preventDefault()
      setWasOpened(true)
      setIsOpen((before) => !before)
    }
    document.addEventListener("keydown", listener)
    return () => document.removeEventListener("keydown", listener)
  }, [look])
  return (
    <>
      <button
        type="button"
        onClick={open}
        onPointerEnter={() => void load()}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        className={
          look === "icon"
            ? "inline-flex size-10 items-center justify-center rounded-md hover:bg-muted"
            : "flex h-8 w-full items-center gap-2 rounded-md border bg-card px-2 text-left text-muted-foreground text-sm hover:border-border-strong"
        }
      >
        <Search aria-hidden className="size-4" />
        <span className={look === "icon" ? "sr-only" : "grow"}>Go to…</span>
        {look === "field" && (
          <span aria-hidden>
            <Kbd>⌘K</Kbd>
          </span>
        )}
      </button>
      {wasOpened && (
        <Suspense>
          <Palette open={isOpen} onOpenChange={setIsOpen} />
        </Suspense>
      )}
    </>
  )
}
