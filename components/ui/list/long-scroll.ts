/**
 * Browsers cannot scroll through an element of any height: Firefox ends at 17.9 million pixels, and a million log lines are more. So the
 * scroll bar moves over a track of bounded length that represents the whole content.
 *
 * Near both ends a pixel of the track is a pixel of the content, so that ends are reached without a jump; between them the track is
 * compressed. Content that is no longer than the track maps to itself.
 */
export interface LongScroll {
  /** Height of the content, in pixels. */
  content: number
  /** Height of what is seen of it. */
  view: number
}

export const trackMax = 4_000_000
const endViews = 3

export const trackOf = ({ content }: LongScroll): number => Math.min(content, trackMax)

const parts = (scroll: LongScroll) => {
  const contentRange = Math.max(0, scroll.content - scroll.view)
  const trackRange = Math.max(0, trackOf(scroll) - scroll.view)
  const end = Math.min(scroll.view * endViews, trackRange / 2)
  const scale = trackRange > 2 * end ? (contentRange - 2 * end) / (trackRange - 2 * end) : 1
  return { contentRange, trackRange, end, scale }
}

const clamp = (value: number, max: number): number => Math.min(Math.max(0, value), max)

/** The position on the track for an offset into the content. */
export function toTrack(offset: number, scroll: LongScroll): number {
  const { contentRange, trackRange, end, scale } = parts(scroll)
  const from = clamp(offset, contentRange)
  if (from <= end) return from
  if (contentRange - from <= end) return trackRange - (contentRange - from)
  return end + (from - end) / scale
}

/** The offset into the content for a position on the track. */
export function toContent(position: number, scroll: LongScroll): number {
  const { contentRange, trackRange, end, scale } = parts(scroll)
  const at = clamp(position, trackRange)
  if (at <= end) return at
  if (trackRange - at <= end) return contentRange - (trackRange - at)
  return end + (at - end) * scale
}
