import { expect, test, vi } from "vitest"
import { canIsolate } from "./isolation.ts"

const missing = { ok: false, reason: "it is not installed" }

test("tests without their isolation fail, and say how to declare a machine without it", () => {
  expect(() => canIsolate("containers", "Images", missing, "")).toThrow(
    "Images cannot be tested: containers does not work here (it is not installed). Install it, or declare this machine as one without: TESTS_WITHOUT_SANDBOX=containers, or 1 for all kinds.",
  )
  expect(() => canIsolate("containers", "Images", missing, "bubblewrap")).toThrow()
})

test("on a machine declared as one without they are skipped, and the output says so", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {})
  expect(canIsolate("containers", "Images", missing, "1")).toBe(false)
  expect(canIsolate("containers", "Images", missing, "bubblewrap,containers")).toBe(false)
  expect(warn).toHaveBeenCalledTimes(2)
  expect(canIsolate("containers", "Images", { ok: true }, "1")).toBe(true)
  warn.mockRestore()
})
