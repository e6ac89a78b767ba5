"use client"

import { useRouter } from "next/navigation"
import { type KeyboardEvent, type MouseEvent, useRef } from "react"

/** One handler for hundreds of plain links. The Tab key stops at the strip once, and the arrow keys move along it. */
export function useLinkStrip() {
  const router = useRouter()
  const strip = useRef<HTMLUListElement>(null)
  const onClick = (event: MouseEvent) => {
    const link = (event.target as Element).closest("a")
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    router.push(link.pathname + link.search)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0
    const target = event.key === "Home" || event.key === "End"
    if (step === 0 && !target) return
    const links = [...(strip.current?.querySelectorAll("a") ?? [])]
    const at = links.indexOf(document.activeElement as HTMLAnchorElement)
    const next = event.key === "Home" ? links[0] : event.key === "End" ? links.at(-1) : links[at + step]
    if (!next) return
    event.preventDefault()
    for (const link of links) link.tabIndex = link === next ? 0 : -1
    next.focus()
  }
  return { ref: strip, onClick, onKeyDown }
}
