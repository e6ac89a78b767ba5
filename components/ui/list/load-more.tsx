"use client"

import { type RefObject, useEffect, useRef } from "react"
import { Button } from "@/components/ui/button.tsx"

interface LoadMoreProps {
  isLoading: boolean
  error: string | null
  onLoadMore: () => void
  /** How many rows there are now. */
  count: number
  /** What scrolls; the page without it. */
  root?: RefObject<HTMLElement | null>
}

/** The end of a list whose next page loads when one scrolls near it; also a button, for a list that needs no scrolling and for when that failed. */
export function LoadMore({ isLoading, error, onLoadMore, count, root }: LoadMoreProps) {
  const end = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new page moves the end, which has to be observed again
  useEffect(() => {
    if (!end.current || error) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onLoadMore(), {
      root: root?.current ?? null,
      rootMargin: "200px",
    })
    const watched = end.current
    const watch = () => observer.observe(watched)
    // A short page has its end in sight from the start: its next one is read when the reader moves towards it, and not before.
    if (window.scrollY > 0 || (root?.current?.scrollTop ?? 0) > 0) watch()
    else window.addEventListener("scroll", watch, { capture: true, once: true, passive: true })
    return () => {
      window.removeEventListener("scroll", watch, { capture: true })
      observer.disconnect()
    }
  }, [count, error])
  return (
    <div ref={end} className="sticky left-0 flex h-14 w-full flex-wrap items-center justify-center gap-3 border-t">
      {error && <span className="break-anywhere text-danger text-sm">{error}</span>}
      <Button size="sm" pending={isLoading} onClick={onLoadMore}>
        Load more
      </Button>
    </div>
  )
}
