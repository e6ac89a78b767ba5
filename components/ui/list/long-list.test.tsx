import { fireEvent, render, screen } from "@testing-library/react"
import type { ComponentProps } from "react"
import { beforeEach, expect, test, vi } from "vitest"
import { LongList } from "./long-list.tsx"

const rowHeight = 20
const viewHeight = 600

// The simulated browser lays nothing out: here rows are below each other, all of one height.
const heightOf = (element: Element): number =>
  element.tagName === "P"
    ? rowHeight
    : Number.parseFloat((element as HTMLElement).style.height) || [...element.children].reduce((sum, child) => sum + heightOf(child), 0)
function topOf(element: Element): number {
  let top = 0
  for (let before = element.previousElementSibling; before; before = before.previousElementSibling) top += heightOf(before)
  return top
}
beforeEach(() => {
  const layout: [keyof HTMLElement, (element: HTMLElement) => number][] = [
    ["offsetHeight", heightOf],
    ["offsetTop", topOf],
    ["scrollHeight", heightOf],
    ["clientHeight", () => viewHeight],
  ]
  for (const [name, measure] of layout)
    vi.spyOn(HTMLElement.prototype, name as "offsetHeight", "get").mockImplementation(function (this: HTMLElement) {
      return measure(this)
    })
})

const onFollow = vi.fn()
const onShow = vi.fn()
beforeEach(() => {
  onFollow.mockReset()
  onShow.mockReset()
})

type Changes = Partial<ComponentProps<typeof LongList>>
const list = (changes: Changes) => (
  <LongList
    count={10_000}
    rowHeight={rowHeight}
    renderRow={(index) => <p>{`row ${index}`}</p>}
    label="Rows"
    fits
    follows={false}
    onFollow={onFollow}
    target={null}
    onShow={onShow}
    {...changes}
  />
)

function shown(changes: Changes = {}) {
  const { rerender } = render(list(changes))
  return (next: Changes) => rerender(list({ ...changes, ...next }))
}
const region = () => screen.getByRole("region", { name: "Rows" })
const rows = () => screen.getAllByText(/^row /)
const first = () => rows()[0]?.textContent
const last = () => rows().at(-1)?.textContent
/** Where a row is on the screen: below the top of the view. */
function placeOf(text: string): number {
  const row = screen.getByText(text).parentElement as HTMLElement
  return row.offsetTop + Number(/translateY\((.*)px\)/.exec(row.parentElement?.style.transform ?? "")?.[1])
}
function scrollTo(position: number) {
  region().scrollTop = position
  fireEvent.scroll(region())
}

test("a list of 300 rows is in the page as a whole, of a longer one only what is around the view", () => {
  const change = shown({ count: 300 })
  expect([first(), last()]).toEqual(["row 0", "row 299"])
  expect(onShow).toHaveBeenLastCalledWith(0, 300)
  change({ count: 301 })
  expect([first(), last()]).toEqual(["row 0", "row 59"])
  expect(onShow).toHaveBeenLastCalledWith(0, 60)
})

test("a list that follows shows its end, also when rows are added", () => {
  const change = shown({ follows: true })
  expect(placeOf("row 9999")).toBe(viewHeight - rowHeight)
  change({ follows: true, count: 10_005 })
  expect(placeOf("row 10004")).toBe(viewHeight - rowHeight)
  expect(screen.queryByText("row 9000")).toBeNull()
})

test("rows that are added leave a reader where they are", () => {
  const change = shown({ target: { index: 5000 } })
  const place = placeOf("row 5000")
  change({ count: 20_000 })
  expect(placeOf("row 5000")).toBe(place)
})

test("a target comes into the middle, and the same one again after it was left", () => {
  const change = shown()
  change({ target: { index: 5000 } })
  expect(placeOf("row 5000")).toBe((viewHeight - rowHeight) / 2)
  scrollTo(0)
  expect(first()).toBe("row 0")
  change({ target: { index: 5000 } })
  expect(placeOf("row 5000")).toBe((viewHeight - rowHeight) / 2)
})

test("a short way moves the rows by as many pixels, a long one goes to the place it points at", () => {
  shown()
  scrollTo(130)
  expect(placeOf("row 10")).toBe(10 * rowHeight - 130)
  scrollTo(100_000)
  expect(placeOf("row 5000")).toBe(0)
})

test("a scroll to the end begins to follow, and one away from it ends that", () => {
  const change = shown()
  scrollTo(10_000 * rowHeight - viewHeight)
  expect(onFollow).toHaveBeenLastCalledWith(true)
  change({ follows: true })
  scrollTo(10_000 * rowHeight - viewHeight - 50)
  expect(onFollow).toHaveBeenLastCalledWith(false)
})

test("a list that is in view as a whole follows by itself, one that is not does not", () => {
  shown({ count: 100 })
  expect(onFollow).not.toHaveBeenCalled()
  shown({ count: 20 })
  expect(onFollow).toHaveBeenCalledWith(true)
})
