"use client"

import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react"
import { cn } from "@/components/ui/cn.ts"
import { toContent, toTrack, trackOf } from "./long-scroll.ts"

interface LongListProps {
  count: number
  /** The least height of a row; each may have its own, and another one when the width changes. */
  rowHeight: number
  renderRow: (index: number) => ReactNode
  label: string
  /** Rows are as wide as the list; else as wide as they need. */
  fits: boolean
  /** The list shows its end, and keeps showing it when rows are added. */
  follows: boolean
  onFollow: (follows: boolean) => void
  /** A row to bring into the middle; a new object asks again. */
  target: { index: number } | null
  /** These rows are being looked at. */
  onShow: (from: number, to: number) => void
  className?: string
}

/** The scroll position of the list: a row, and how far its top is below the top of the view. */
interface Anchor {
  index: number
  offset: number
}

const rowsAround = 30
/** Lists up to this length are in the page as a whole, and scroll as anything does. */
const wholeMax = 300
/** A longer way than this is a drag of the scroll bar, which points at a place; a shorter one moves by pixels. */
const stepViews = 3
const settleAfterMs = 120

/**
 * A list of any number of rows, of which only those in view are in the page. The scroll bar is the browser's own; the rows hang on
 * an anchor, so that a list of millions moves pixel by pixel, which no scroll bar of theirs could.
 */
export function LongList({ count, rowHeight, renderRow, label, fits, follows, onFollow, target, onShow, className }: LongListProps) {
  // Rows may show what has changed without new props, which the compiler cannot see.
  "use no memo"
  const scroller = useRef<HTMLDivElement>(null)
  const track = useRef<HTMLDivElement>(null)
  const rows = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ width: 0, height: 600 })
  const [anchor, setAnchor] = useState<Anchor>({ index: 0, offset: 0 })
  /** The first row in view, as it is on the screen now. */
  const place = useRef(anchor)
  /** How far the rows are moved. */
  const shift = useRef(0)
  /** Where the scroll bar stood when last looked at or set: what differs from it is the reader's doing. */
  const known = useRef(0)
  const average = useRef(rowHeight)
  const widest = useRef(0)
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined)
  const settle = useRef(() => {})

  const rowsInView = Math.ceil(view.height / rowHeight)
  const isWhole = count <= wholeMax
  const start = follows ? count - rowsInView : Math.min(anchor.index - Math.ceil(Math.max(0, anchor.offset) / rowHeight), count - 1)
  const first = isWhole ? 0 : Math.max(0, start - rowsAround)
  const last = isWhole || follows ? count : Math.min(count, Math.max(start, 0) + rowsInView + rowsAround)

  const seat = (to: number) => {
    const element = scroller.current
    if (!element) return
    if (Math.abs(element.scrollTop - to) >= 1) element.scrollTop = to
    known.current = element.scrollTop
  }
  const move = (to: number) => {
    shift.current = to
    if (rows.current) rows.current.style.transform = `translateY(${to}px)`
  }
  const long = () => ({ content: count * average.current, view: view.height })
  /** Where the scroll bar belongs. */
  const seatOf = ({ index, offset }: Anchor) => toTrack(index * average.current - offset, long())

  // After each rendering, since heights may have changed with it: the anchor's row to its place, without gaps at the ends.
  useLayoutEffect(() => {
    const element = rows.current
    if (!scroller.current || !track.current || !element || count === 0) return
    if (isWhole) {
      track.current.style.height = ""
      element.style.transform = ""
      if (follows) seat(scroller.current.scrollHeight)
      // All of it is in view, and so is its end.
      else if (scroller.current.scrollHeight <= scroller.current.clientHeight) onFollow(true)
      place.current = firstInView(element, 0, -scroller.current.scrollTop)
      return
    }
    const height = element.offsetHeight
    const row = element.children[Math.min(anchor.index, last - 1) - first] as HTMLElement | undefined
    let to = follows || !row ? view.height - height : anchor.offset - row.offsetTop
    if (last === count) to = Math.max(to, view.height - height)
    if (first === 0) to = Math.min(to, 0)
    move(to)
    place.current = firstInView(element, first, to)
    if (!fits) {
      widest.current = Math.max(widest.current, element.offsetWidth)
      track.current.style.minWidth = `${widest.current}px`
    } else {
      widest.current = 0
      track.current.style.minWidth = ""
    }
    track.current.style.height = `${Math.max(trackOf(long()), view.height * 2)}px`
    if (follows) seat(scroller.current.scrollHeight)
    else if (settling.current === undefined) seat(seatOf(place.current))
    settle.current = () => {
      average.current = (average.current + height / (last - first)) / 2
      if (!follows) seat(seatOf(place.current))
    }
    // A gap: more rows are needed than were thought.
    if ((to > 0 && first > 0) || (to + height < view.height && last < count)) setAnchor(place.current)
  })

  const onScroll = () => {
    const element = scroller.current
    if (!element || !rows.current) return
    const position = element.scrollTop
    const delta = position - known.current
    if (Math.abs(delta) < 1) return
    known.current = position
    const end = element.scrollHeight - element.clientHeight
    const isAtEnd = position >= end - 1
    if (isAtEnd !== follows) onFollow(isAtEnd)
    if (isWhole) {
      place.current = firstInView(rows.current, 0, -position)
      setAnchor(place.current)
      return
    }
    clearTimeout(settling.current)
    settling.current = setTimeout(() => {
      settling.current = undefined
      settle.current()
    }, settleAfterMs)
    if (isAtEnd) return
    if (position <= 0) setAnchor({ index: 0, offset: 0 })
    else if (Math.abs(delta) <= view.height * stepViews) {
      // At once, not with the next rendering, which may come a frame later.
      move(shift.current - delta)
      place.current = { index: place.current.index, offset: place.current.offset - delta }
      setAnchor(place.current)
      const to = seatOf(place.current)
      // The scroll bar runs into its end before the rows do.
      if (Math.min(position, end - position) < view.height && Math.abs(to - position) > view.height / 2) seat(to)
    } else {
      const offset = toContent(position, long())
      const index = Math.floor(offset / average.current)
      setAnchor({ index, offset: index * average.current - offset })
    }
  }

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => setView({ width: element.clientWidth, height: element.clientHeight }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      clearTimeout(settling.current)
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another target moves the list, not another size of it
  useLayoutEffect(() => {
    const element = scroller.current
    if (!target || !element) return
    const offset = (element.clientHeight - rowHeight) / 2
    const row = isWhole ? (rows.current?.children[target.index] as HTMLElement | undefined) : undefined
    if (row) seat(row.offsetTop - offset)
    else setAnchor({ index: target.index, offset })
  }, [target])
  useEffect(() => onShow(first, last), [first, last, onShow])

  const indexes = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i)
  return (
    <div
      ref={scroller}
      role="region"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
      tabIndex={0}
      onScroll={onScroll}
      className={cn("overflow-auto [overflow-anchor:none]", className)}
    >
      <div ref={track} className={fits ? "w-full" : "w-max min-w-full"}>
        <div className={isWhole ? undefined : "sticky top-0 overflow-y-clip"} style={isWhole ? undefined : { height: view.height }}>
          <div ref={rows} className="relative">
            {indexes.map((index) => (
              <div key={index}>{renderRow(index)}</div>
            ))}
          </div>
        </div>
      </div>
    </div>
  )
}

/** Rows lie below each other: the first one whose lower edge is in view is found by halving. */
function firstInView(rows: HTMLElement, first: number, shift: number): Anchor {
  let low = 0
  for (let high = rows.children.length - 1; low < high; ) {
    const middle = (low + high) >> 1
    const row = rows.children[middle] as HTMLElement
    if (row.offsetTop + row.offsetHeight + shift > 0) high = middle
    else low = middle + 1
  }
  return { index: first + low, offset: ((rows.children[low] as HTMLElement | undefined)?.offsetTop ?? 0) + shift }
}
