"use client"

import { useRouter } from "next/navigation"
import { type KeyboardEvent, type MouseEvent, useRef } from "react"

const steps: Record<string, { column: number; row: number }> = {
  ArrowRight: { column: 1, row: 0 },
  ArrowLeft: { column: -1, row: 0 },
  ArrowDown: { column: 0, row: 1 },
  ArrowUp: { column: 0, row: -1 },
}

const linksIn = (parent: Element) => [...parent.querySelectorAll("a")]

const turned = (step: { column: number; row: number } | undefined) => step && { column: step.row, row: step.column }

/** The link that a key leads to: the next in its column, or the one at its height in the next column that has links. */
function nextLink(list: Element, from: HTMLAnchorElement, { column, row }: { column: number; row: number }): HTMLAnchorElement | undefined {
  const columns = [...list.children].map(linksIn).filter((links) => links.length > 0)
  const at = columns.findIndex((links) => links.includes(from))
  const height = columns[at]?.indexOf(from) ?? 0
  const target = columns[at + column]
  return row === 0 ? target?.[Math.min(height, target.length - 1)] : target?.[height + row]
}

/**
 * One handler for hundreds of plain links, which are the items of a list, or stand in its items as columns. The Tab key stops at the list once;
 * the arrow keys move along and across it.
 * @param areRows whether the items are drawn as rows
 */
export function useLinkStrip(areRows = false) {
  const router = useRouter()
  const strip = useRef<HTMLUListElement>(null)
  const onClick = (event: MouseEvent) => {
    const link = (event.target as Element).closest("a")
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    router.push(link.pathname + link.search)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const list = strip.current
    const from = document.activeElement
    if (!list || !(from instanceof HTMLAnchorElement)) return
    const links = linksIn(list)
    const step = areRows ? turned(steps[event.key]) : steps[event.key]
    const next = event.key === "Home" ? links[0] : event.key === "End" ? links.at(-1) : step && nextLink(list, from, step)
    if (!next) return
    event.preventDefault()
    for (const link of links) link.tabIndex = link === next ? 0 : -1
    next.focus()
  }
  return { ref: strip, onClick, onKeyDown }
}
