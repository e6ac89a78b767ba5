import { expect, test } from "vitest"
import { toContent, toTrack, trackMax, trackOf } from "./long-scroll.ts"

const short = { content: 90_000, view: 600 }
const long = { content: 58_000_000, view: 600 }

test("content that a browser can scroll scrolls as usual", () => {
  expect(trackOf(short)).toBe(90_000)
  for (const offset of [0, 1, 600, 45_000, 89_399, 89_400]) {
    expect(toTrack(offset, short)).toBeCloseTo(offset, 6)
    expect(toContent(offset, short)).toBeCloseTo(offset, 6)
  }
  expect(toTrack(99_999, short)).toBe(89_400)
  expect(toTrack(0, { content: 100, view: 600 })).toBe(0)
})

test("a longer track stays within what browsers can do, and its ends are the content's ends", () => {
  expect(trackOf(long)).toBe(trackMax)
  expect(toContent(0, long)).toBe(0)
  expect(toContent(trackMax - 600, long)).toBe(long.content - 600)
  expect(toTrack(long.content - 600, long)).toBe(trackMax - 600)
})

test("there and back again is the same place, in order", () => {
  let before = -1
  for (let offset = 0; offset <= long.content - long.view; offset += 997_331) {
    const position = toTrack(offset, long)
    expect(position).toBeGreaterThan(before)
    expect(toContent(position, long)).toBeCloseTo(offset, 3)
    before = position
  }
})

test("near the ends a pixel is a pixel", () => {
  expect(toContent(1500, long) - toContent(1400, long)).toBe(100)
  const end = trackMax - 600
  expect(toContent(end - 100, long) - toContent(end - 250, long)).toBe(150)
})
