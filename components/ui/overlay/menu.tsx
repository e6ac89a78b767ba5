"use client"

import { type ComponentProps, type KeyboardEvent, type ReactNode, useEffect, useEffectEvent, useId, useRef } from "react"
import { cn } from "@/components/ui/cn.ts"
import { Link } from "@/components/ui/link.tsx"

interface MenuProps {
  /** What the button is called. */
  label: string
  /** What the button shows. */
  trigger: ReactNode
  /** Classes of the button. */
  className?: string
  children: ReactNode
}

const gap = 4
const margin = 8

/** A button and its menu: a native popover, so that Escape and a press beside it close it and no scroller cuts it. */
export function Menu({ label, trigger, className, children }: MenuProps) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)

  const itemsOf = () => [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])]
  const place = () => {
    const list = menu.current
    const anchor = button.current?.getBoundingClientRect()
    if (!list || !anchor) return
    const { width, height } = list.getBoundingClientRect()
    const isAbove = anchor.bottom + gap + height > window.innerHeight && anchor.top - gap - height > 0
    list.style.top = `${isAbove ? anchor.top - gap - height : anchor.bottom + gap}px`
    list.style.left = `${Math.max(margin, Math.min(anchor.right - width, window.innerWidth - width - margin))}px`
  }
  // The menu stays at its button when the page scrolls, as it does for a button that has just got the focus, and closes
  // when the button has left the window.
  const follow = useEffectEvent((event: Event) => {
    const list = menu.current
    if (!list?.matches(":popover-open") || list.contains(event.target as Node)) return
    const anchor = button.current?.getBoundingClientRect()
    if (anchor && anchor.bottom > 0 && anchor.top < window.innerHeight) place()
    else list.hidePopover()
  })
  useEffect(() => {
    window.addEventListener("scroll", follow, { capture: true, passive: true })
    return () => window.removeEventListener("scroll", follow, { capture: true })
  }, [])

  const onKeyDown = (event: KeyboardEvent) => {
    const items = itemsOf()
    const at = items.indexOf(document.activeElement as HTMLElement)
    const letter = event.key.length === 1 ? event.key.toLowerCase() : null
    const next =
      event.key === "ArrowDown"
        ? items[(at + 1) % items.length]
        : event.key === "ArrowUp"
          ? items.at(at < 0 ? -1 : at - 1)
          : event.key === "Home"
            ? items[0]
            : event.key === "End"
              ? items.at(-1)
              : letter !== null && letter !== " "
                ? [...items.slice(at + 1), ...items].find((item) => item.textContent?.trim().toLowerCase().startsWith(letter))
                : undefined
    if (event.key === "Tab") menu.current?.hidePopover()
    if (!next) return
    event.preventDefault()
    next.focus()
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        popoverTarget={id}
        aria-haspopup="menu"
        aria-label={label}
        title={label}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return
          event.preventDefault()
          menu.current?.showPopover()
        }}
        className={cn(
          "inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted-foreground hover:bg-muted hover:text-foreground [&_svg]:size-4",
          className,
        )}
      >
        {trigger}
      </button>
      <div
        ref={menu}
        id={id}
        role="menu"
        tabIndex={-1}
        aria-label={label}
        popover="auto"
        onToggle={(event) => {
          if (event.newState !== "open") return
          place()
          itemsOf()[0]?.focus()
        }}
        onClick={(event) => {
          if ((event.target as Element).closest("[role=menuitem]")) menu.current?.hidePopover?.()
        }}
        onKeyDown={onKeyDown}
        className="fixed inset-auto m-0 max-h-[80dvh] w-max min-w-44 max-w-72 overflow-y-auto rounded-lg border bg-card p-1 text-foreground shadow-raised outline-none"
      >
        {children}
      </div>
    </>
  )
}

const itemLook =
  "flex h-8 w-full items-center gap-2 rounded-md px-2 text-left text-sm hover:bg-muted focus:bg-muted focus-visible:outline-offset-[-2px] max-lg:h-10 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted-foreground"

export function MenuItem({ className, ...rest }: ComponentProps<"button">) {
  return <button type="button" role="menuitem" tabIndex={-1} className={cn(itemLook, className)} {...rest} />
}

export function MenuLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return <Link role="menuitem" tabIndex={-1} className={cn(itemLook, className)} {...rest} />
}

/** Downloads a file of the API. @param download the name of the file */
export function MenuDownload({ className, ...rest }: ComponentProps<"a">) {
  return <a role="menuitem" tabIndex={-1} className={cn(itemLook, className)} {...rest} />
}

/** A line between groups of a menu. */
export function MenuLine() {
  return <hr className="my-1" />
}
