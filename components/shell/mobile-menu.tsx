"use client"

import { Menu, X } from "lucide-react"
import { type ReactNode, useId, useRef } from "react"
import { MainNav } from "./main-nav.tsx"

/** The main links on narrow screens: a native popover, so that Escape and a tap beside it close it. */
export function MobileMenu({ runCount, children }: { runCount: ReactNode; children: ReactNode }) {
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-label="Menu"
        className="inline-flex size-10 items-center justify-center rounded-md text-foreground hover:bg-muted"
      >
        <Menu aria-hidden className="size-5" />
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        className="fixed inset-y-0 right-0 left-auto m-0 h-dvh w-72 max-w-[85vw] border-l bg-card p-3 text-foreground shadow-raised backdrop:bg-black/45"
      >
        <div className="flex h-full flex-col gap-4">
          <div className="flex items-center justify-between">
            <span className="px-2 font-medium text-muted-foreground text-xs">Menu</span>
            <button
              type="button"
              popoverTarget={id}
              popoverTargetAction="hide"
              aria-label="Close the menu"
              className="inline-flex size-10 items-center justify-center rounded-md hover:bg-muted"
            >
              <X aria-hidden className="size-5" />
            </button>
          </div>
          <MainNav runCount={runCount} onNavigate={() => menu.current?.hidePopover()} />
          <div className="mt-auto">{children}</div>
        </div>
      </div>
    </>
  )
}
