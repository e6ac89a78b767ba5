import { expect, test } from "vitest"
import { isolated } from "./isolated.ts"

test("a name that might turn its surroundings is isolated, any other is as it was", () => {
  expect(isolated("\u202eevil")).toBe("\u2068\u202eevil\u2069")
  expect(isolated("בדיקה 1")).toBe("\u2068בדיקה 1\u2069")
  for (const name of ["gpt-5, 3 × 4", "naïve", "模型", "👍🏽"]) expect(isolated(name)).toBe(name)
})
