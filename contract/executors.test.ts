import { expect, test } from "vitest"
import { describeExecutor } from "./executors.ts"

test("an executor is described in words, and one that this version does not know by its name", () => {
  expect(describeExecutor("process")).toBe("a plain process, without isolation")
  for (const kind of ["firecracker", "constructor"]) expect(describeExecutor(kind)).toBe(kind)
})
