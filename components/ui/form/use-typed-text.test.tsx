import { act, renderHook } from "@testing-library/react"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { useTypedText } from "./use-typed-text.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A field, what it told, and how its address is changed. */
function field(read: (text: string) => string | undefined) {
  const told: string[] = []
  const hook = renderHook(({ value }) => useTypedText(value, (next) => void told.push(next), read), {
    initialProps: { value: "" },
  })
  const type = (text: string) => act(() => hook.result.current.change(text))
  const wait = (ms: number) => act(() => vi.advanceTimersByTime(ms))
  return { told, hook, type, wait }
}

test("what is typed is told when typing pauses, once", () => {
  const { told, type, wait } = field((text) => text.trim())
  type("a")
  wait(100)
  type("ab ")
  wait(149)
  expect(told).toEqual([])
  wait(1)
  expect(told).toEqual(["ab"])
})

test("what is typed is meant at each key, as far as it can be read", () => {
  const meant: string[] = []
  const read = (text: string) => (Number.isFinite(Number(text)) ? text : undefined)
  const told: string[] = []
  const hook = renderHook(() =>
    useTypedText(
      "",
      (next) => void told.push(next),
      read,
      (next) => void meant.push(next),
    ),
  )
  for (const text of ["0", "0.", "0.5", "0.5e"]) act(() => hook.result.current.change(text))
  expect([meant, told]).toEqual([["0", "0.", "0.5"], []])
})

test("what is no number yet is not told", () => {
  const { told, type, wait } = field((text) => (Number.isFinite(Number(text)) ? text : undefined))
  type("1e")
  wait(1000)
  expect(told).toEqual([])
  type("1e2")
  wait(150)
  expect(told).toEqual(["1e2"])
})

test("the text follows the address, and keeps the blank that is being typed", () => {
  const { hook, type } = field((text) => text.trim())
  type("red ")
  hook.rerender({ value: "red" })
  expect(hook.result.current.text).toBe("red ")
  hook.rerender({ value: "blue" })
  expect(hook.result.current.text).toBe("blue")
})

test("an address that follows what was told leaves alone what was typed since", () => {
  const { hook, type, wait } = field((text) => (Number.isFinite(Number(text)) ? text : undefined))
  type("0")
  wait(150)
  type("")
  hook.rerender({ value: "0" })
  expect(hook.result.current.text).toBe("")
  hook.rerender({ value: "7" })
  hook.rerender({ value: "0" })
  expect(hook.result.current.text).toBe("0")
})

test("a field that is gone tells nothing", () => {
  const { told, hook, type, wait } = field((text) => text)
  type("a")
  hook.unmount()
  wait(1000)
  expect(told).toEqual([])
})
