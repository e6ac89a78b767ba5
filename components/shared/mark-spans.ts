import type { AnsiSpan } from "@/lib/ansi.ts"

export type MarkedSpan = AnsiSpan & { isHit?: boolean }

/** Splits spans at every match of the search, ignoring case and across styles, and marks the matches. */
export function markSpans(spans: readonly AnsiSpan[], search: string | undefined): MarkedSpan[] {
  if (!search) return [...spans]
  const text = spans.map((span) => span.text).join("")
  const lower = text.toLowerCase()
  const words = search.toLowerCase()
  // Some letters change length in lower case, so positions in one text would not fit the other.
  if (lower.length !== text.length || !lower.includes(words)) return [...spans]
  const marked: MarkedSpan[] = []
  let start = 0
  let hit = lower.indexOf(words)
  for (const span of spans) {
    const end = start + span.text.length
    for (let at = start; at < end; ) {
      const isHit = hit >= 0 && at >= hit
      const to = Math.min(end, hit < 0 ? end : isHit ? hit + words.length : hit)
      marked.push({ ...span, text: text.slice(at, to), ...(isHit ? { isHit } : {}) })
      at = to
      if (isHit && at === hit + words.length) hit = lower.indexOf(words, at)
    }
    start = end
  }
  return marked
}
