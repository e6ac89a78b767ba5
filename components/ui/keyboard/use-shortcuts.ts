"use client"

import { useEffect, useEffectEvent } from "react"

/** Keys that act on the page, unless the user is typing, holds a modifier key, or has a dialog open. */
export function useShortcuts(actions: Record<string, () => void>): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
    if (document.querySelector("dialog[open]")) return
    // Arrow keys keep their meaning in scrolling regions, media players and button strips.
    if (event.key.startsWith("Arrow") && event.target instanceof Element && event.target.closest("[tabindex='0'], audio, video, ul a"))
      return
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event)
    document.addEventListener("keydown", listener)
    return () => document.removeEventListener("keydown", listener)
  }, [])
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Moves the focus to the search field of the page. */
export const focusSearch = (): void => document.querySelector<HTMLInputElement>("[data-shortcut='search']")?.focus()
