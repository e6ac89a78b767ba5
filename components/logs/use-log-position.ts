import { useEffect, useState } from "react"
import type { LogSource } from "./paged-lines.ts"

/** Which line of a log is marked, and where the list is scrolled to. The marked line is in the address as `#L12`. */
export function useLogPosition(log: LogSource, followsAtFirst: boolean) {
  const [target, setTarget] = useState<number | null>(null)
  const [scrollTo, setScrollTo] = useState<{ index: number } | null>(null)
  const [follows, setFollows] = useState(followsAtFirst)
  // A line from the address is shown once its index is known, which a search may have to find out first.
  const [awaited, setAwaited] = useState<number | null>(null)
  useEffect(() => {
    const read = () => setAwaited(lineInAddress())
    read()
    window.addEventListener("hashchange", read)
    return () => window.removeEventListener("hashchange", read)
  }, [])

  const show = (n: number) => {
    setTarget(n)
    const index = log.indexOf(n)
    if (index === null) return
    setFollows(false)
    setScrollTo({ index })
  }
  if (awaited !== null && log.indexOf(awaited) !== null) {
    setAwaited(null)
    show(awaited)
  }
  const mark = (n: number) => {
    window.history.replaceState(null, "", `#L${n + 1}`)
    setTarget(n)
  }
  return {
    target,
    scrollTo,
    follows,
    setFollows,
    /** Marks a line without moving the list. */
    mark,
    /** Marks a line and scrolls to it. */
    goTo: (n: number) => {
      mark(n)
      show(n)
    },
    toStart: () => {
      setFollows(false)
      setScrollTo({ index: 0 })
    },
    toEnd: () => {
      setScrollTo(null)
      setFollows(true)
    },
  }
}

function lineInAddress(): number | null {
  const line = Number(/^#L(\d+)$/.exec(window.location.hash)?.[1] ?? Number.NaN)
  return Number.isInteger(line) && line >= 1 ? line - 1 : null
}
