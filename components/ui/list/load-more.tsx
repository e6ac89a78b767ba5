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

/** The end of a list whose next page loads when it comes near; also a button, for when that failed. */
export function LoadMore({ isLoading, error, onLoadMore, count, root }: LoadMoreProps) {
  const end = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new page moves the end, which has to be observed again
  useEffect(() => {
    if (!end.current || error) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onLoadMore(), {
      root: root?.current ?? null,
      rootMargin: "200px",
    })
    observer.observe(end.current)
    return () => observer.disconnect()
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
