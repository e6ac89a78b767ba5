"use client"

import { type ReactNode, useEffect, useId, useRef } from "react"
import { cn } from "@/components/ui/cn.ts"

interface TooltipProps {
  content: ReactNode
  children: ReactNode
  className?: string
}

const focusable = "a[href], button, input, select, textarea, summary, [tabindex]"
const gap = 6

/**
 * A short explanation on hover and focus. It describes the first focusable thing inside; when there is none,
 * the wrapper itself becomes reachable by keyboard. Shown in the top layer, so that no scroller cuts it.
 */
export function Tooltip({ content, children, className }: TooltipProps) {
  const id = useId()
  const wrapper = useRef<HTMLSpanElement>(null)
  const bubble = useRef<HTMLSpanElement>(null)
  const closing = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    const element = wrapper.current
    if (!element) return
    const inside = element.querySelector<HTMLElement>(focusable)
    const target = inside ?? element
    if (!inside) element.tabIndex = 0
    target.setAttribute("aria-describedby", id)
    return () => clearTimeout(closing.current)
  }, [id])

  const show = () => {
    clearTimeout(closing.current)
    const tip = bubble.current
    const anchor = wrapper.current
    if (!tip || !anchor || tip.matches(":popover-open")) return
    tip.showPopover()
    const at = anchor.getBoundingClientRect()
    const size = tip.getBoundingClientRect()
    const below = at.top - size.height - gap < 0
    const left = Math.min(Math.max(8, at.left + at.width / 2 - size.width / 2), window.innerWidth - size.width - 8)
    tip.style.left = `${left}px`
    tip.style.top = `${below ? at.bottom + gap : at.top - size.height - gap}px`
  }
  const hide = () => {
    const tip = bubble.current
    if (tip?.matches(":popover-open")) tip.hidePopover()
  }
  const hideSoon = () => {
    clearTimeout(closing.current)
    closing.current = setTimeout(hide, 100)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering and focusing only show a description
    <span
      ref={wrapper}
      className={cn("inline-flex min-w-0 max-w-full", className)}
      onPointerEnter={show}
      onPointerLeave={hideSoon}
      onFocus={show}
      onBlur={hide}
      onKeyDown={(event) => {
        if (event.key === "Escape") hide()
      }}
    >
      {children}
      <span
        ref={bubble}
        id={id}
        role="tooltip"
        popover="manual"
        className="fixed inset-auto m-0 w-max max-w-72 whitespace-normal rounded-md border-0 bg-foreground px-2 py-1 text-left font-normal text-background text-xs shadow-raised"
      >
        {content}
      </span>
    </span>
  )
}
