import { cleanup, configure } from "@testing-library/react"
import { afterEach, beforeAll, beforeEach, expect, vi } from "vitest"

// A second, the default, is too short where other suites keep both cores busy.
configure({ asyncUtilTimeout: 10_000 })

// Testing Library does this by itself only where vitest's functions are globals, and ours are imported.
beforeAll(() => {
  ;(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true
})

// React reports broken markup, missing keys and updates outside act() on the console only.
beforeEach(() => {
  vi.spyOn(console, "error")
})

/** happy-dom does not know the <search> element yet. */
const isUnknownTag = (message: unknown): boolean => String(message).startsWith("The tag <%s> is unrecognized")

afterEach(() => {
  cleanup()
  const errors = vi.mocked(console.error).mock.calls.filter(([message, tag]) => !(isUnknownTag(message) && tag === "search"))
  vi.restoreAllMocks()
  expect(errors, "React wrote an error to the console").toEqual([])
})
